/** Who may import whom. Cycles between files are Biome's to find (noImportCycles). */
module.exports = {
  forbidden: [
    {
      name: 'packages-never-import-apps',
      comment: 'Packages are what apps are made of.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-each-other',
      comment: 'Each app is a program that runs alone. What two of them need is a package.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'packages-by-their-front-door',
      comment: 'A package is what its src/index.ts exports.',
      severity: 'error',
      from: { path: '^(?:apps|packages)/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'what-runs-alone-brings-no-stack',
      comment:
        'An embedded Postgres has no place in the container image: only what starts the others, or looks into what they left, imports packages/stack.',
      severity: 'error',
      from: { path: '^(?:apps|packages)/', pathNot: '^(?:apps/(?:start|demo|doctor|rederive)|packages/stack)/' },
      to: { path: '^packages/stack/' },
    },
    {
      name: 'adapters-behind-their-client',
      comment: 'What every OCR protocol shares knows none of them.',
      severity: 'error',
      from: { path: '^packages/ocr/src/', pathNot: '^packages/ocr/src/(?:jobs/|create-ocr-client\\.ts$)' },
      to: { path: '^packages/ocr/src/jobs/' },
    },
    {
      name: 'programs-never-import-tests',
      severity: 'error',
      from: { path: '^(?:apps|packages)/[^/]+/src/' },
      to: { path: '(?:^|/)test/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:node_modules|dist)/' },
    moduleSystems: ['es6'],
    extraExtensionsToScan: ['.json'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
