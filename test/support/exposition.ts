/** What a scrape says: every series by its name and labels, in the order in which they are shown. */
export interface Exposed {
  /** The value; undefined when there is no such series. Labels that are not named may have any value: then it is the sum. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** All values that a label has, of every metric or of one. */
  labelValues(label: string, name?: string): Set<string>;
  /** The types that were declared, by metric. */
  readonly types: ReadonlyMap<string, string>;
  readonly series: number;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const HEAD = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

/**
 * Reads Prometheus' text format, as strictly as Prometheus does.
 * @throws Error for a line that is not of the format, a sample without a type, or a series that comes twice.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readExposition(text: string): Exposed {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const samples = new Map<string, Sample>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, metric = '', rest = ''] = HEAD.exec(line) ?? [];
    if (kind === 'TYPE') {
      if (types.has(metric) || !TYPES.includes(rest)) throw new Error(`a second or unknown type: ${line}`);
      types.set(metric, rest);
    }
    if (kind !== undefined) continue;
    const sample = readSample(line);
    if (!types.has(sample.name) && !isPartOfHistogram(sample.name, types)) throw new Error(`no type: ${line}`);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (samples.has(key)) throw new Error(`a series that comes twice: ${line}`);
    samples.set(key, sample);
  }
  const all = [...samples.values()];
  return {
    types,
    series: all.length,
    value(name, labels = {}) {
      const fitting = all.filter(
        (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      );
      return fitting.length === 0 ? undefined : fitting.reduce((sum, one) => sum + one.value, 0);
    },
    labelValues(label, name) {
      const of = all.filter((one) => name === undefined || one.name === name);
      return new Set(of.map(({ labels }) => labels[label]).filter((value) => value !== undefined));
    },
  };
}

function readSample(line: string): Sample {
  const [, name, inBraces = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let read = 0; read < inBraces.length; read = LABEL.lastIndex) {
    const [, label, value] = LABEL.exec(inBraces) ?? [];
    if (label === undefined || value === undefined || label in labels) throw new Error(`not labels: ${line}`);
    labels[label] = value;
  }
  const isNan = /^nan$/i.test(number); // in any case, as Prometheus reads it
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value) && !isNan) throw new Error(`not a number: ${line}`);
  return { name, labels, value };
}

function isPartOfHistogram(name: string, types: ReadonlyMap<string, string>): boolean {
  const [, metric = ''] = /^(.+)_(?:bucket|sum|count)$/.exec(name) ?? [];
  return ['histogram', 'summary'].includes(types.get(metric) ?? '');
}
