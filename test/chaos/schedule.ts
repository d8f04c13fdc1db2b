/**
 * When what goes wrong: drawn from the seed and nothing else, so that the same seed gives the same schedule.
 *
 * Every kind of fault is drawn once, in random order, before any is drawn again. Faults overlap, but never on the same part:
 * what is dead cannot be frozen. All of them are over when the time is up.
 */
import type { Backend } from '../support/ocrelay.ts';
import { type Dependency, describeFault, ENDPOINTS, type Fault, PROGRAMS, type ProgramName, WORKERS } from './fault.ts';
import { WEATHERS } from './ocr/weather.ts';
import { type Random, randomFrom } from './random.ts';

/** A fault in its time, ms from the beginning. */
export interface Entry {
  readonly atMs: number;
  readonly forMs: number;
  readonly fault: Fault;
}

/** Before the first fault: what memory and connections are compared with is looked at then. */
const CALM_MS = 4_000;

export function drawSchedule(seed: number, minutes: number, backend: Backend): Entry[] {
  const random = randomFrom(seed);
  const endMs = minutes * 60_000;
  const entries: Entry[] = [];
  let bag: Draw[] = [];
  for (let atMs = CALM_MS; atMs < endMs - 2_000; atMs += random.whole(800, 3_500)) {
    if (bag.length === 0) bag = random.shuffled(draws(backend));
    const free = bag.findIndex((draw) => {
      const entry = place(draw(random), atMs, endMs);
      const isFree = entry !== null && !entries.some((other) => overlaps(other, entry));
      if (isFree) entries.push(entry);
      return isFree;
    });
    if (free >= 0) bag.splice(free, 1);
  }
  return entries;
}

/** A line for people. */
export function describeEntry({ atMs, forMs, fault }: Entry): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `${seconds(atMs).padStart(8)}  ${forMs === 0 ? ' '.repeat(10) : `for ${seconds(forMs).padStart(6)}`}  ${describeFault(fault)}`;
}

interface Drawn {
  readonly fault: Fault;
  readonly forMs: number;
}
type Draw = (random: Random) => Drawn;

function draws(backend: Backend): Draw[] {
  const lasting = (fault: (random: Random) => Fault, fromMs: number, toMs: number): Draw => {
    return (random) => ({ fault: fault(random), forMs: toMs === 0 ? 0 : random.whole(fromMs, toMs) });
  };
  const oneOrAll = (random: Random): readonly ProgramName[] =>
    random.chance(0.3) ? PROGRAMS : [random.pick(PROGRAMS)];
  const worker = (random: Random) => [random.pick(WORKERS)];
  const endpoint = (random: Random) => random.pick(['ocr', ...ENDPOINTS] as const);
  const connections = (from: Dependency) => [
    lasting((random) => ({ kind: 'cut', programs: oneOrAll(random), from }), 300, 6_000),
    lasting((random) => ({ kind: 'cut', programs: worker(random), from }), 300, 13_000),
    lasting((random) => ({ kind: 'block', programs: oneOrAll(random), from }), 1_000, 8_000),
    lasting((random) => ({ kind: 'block', programs: worker(random), from }), 1_000, 14_000),
  ];
  const weather = (random: Random): Fault => {
    return { kind: 'weather', weather: { ...random.pick(WEATHERS), share: random.whole(3, 10) / 10 } };
  };
  const onRedis: Draw[] = [
    lasting(() => ({ kind: 'kill', parts: ['redis'] }), 200, 6_000),
    lasting(() => ({ kind: 'freeze', parts: ['redis'] }), 1_000, 8_000),
    ...connections('redis'),
  ];
  return [
    lasting(() => ({ kind: 'kill', parts: ['api'] }), 200, 3_000),
    lasting(() => ({ kind: 'stop', parts: ['api'] }), 200, 2_000),
    lasting(() => ({ kind: 'freeze', parts: ['api'] }), 1_000, 7_000),
    lasting((random) => ({ kind: 'kill', parts: worker(random) }), 200, 6_000),
    lasting((random) => ({ kind: 'kill', parts: worker(random) }), 200, 6_000),
    lasting((random) => ({ kind: 'stop', parts: worker(random) }), 200, 4_000),
    lasting((random) => ({ kind: 'freeze', parts: worker(random) }), 1_000, 14_000),
    lasting((random) => ({ kind: 'freeze', parts: worker(random) }), 9_000, 14_000),
    lasting(() => ({ kind: 'kill', parts: WORKERS }), 200, 4_000),
    lasting(() => ({ kind: 'kill', parts: ['ocr'] }), 200, 5_000),
    lasting(() => ({ kind: 'freeze', parts: ['ocr'] }), 1_000, 7_000),
    lasting(() => ({ kind: 'kill', parts: ['postgres'] }), 200, 5_000),
    lasting(() => ({ kind: 'stop', parts: ['postgres'] }), 200, 5_000),
    lasting(() => ({ kind: 'freeze', parts: ['postgres'] }), 1_000, 12_000),
    ...connections('postgres'),
    lasting((random) => ({ kind: 'cut', programs: PROGRAMS, from: endpoint(random) }), 300, 5_000),
    lasting((random) => ({ kind: 'block', programs: PROGRAMS, from: endpoint(random) }), 1_000, 7_000),
    lasting(() => ({ kind: 'lose_queue' }), 0, 0),
    lasting(() => ({ kind: 'forget_jobs' }), 0, 0),
    lasting(() => ({ kind: 'no_room' }), 1_000, 4_000),
    lasting(() => ({ kind: 'store_away' }), 500, 5_000),
    ...Array.from({ length: 6 }, () => lasting(weather, 2_000, 6_000)),
    ...(backend === 'redis' ? onRedis : []),
  ];
}

/** In its time, cut to what is left of it; null when that is too little. */
function place({ fault, forMs }: Drawn, atMs: number, endMs: number): Entry | null {
  const leftMs = endMs - atMs;
  if (forMs > 0 && leftMs < 500) return null;
  return { atMs, forMs: Math.min(forMs, leftMs), fault };
}

/** Whether one of them needs what the other has taken, or takes a moment longer to give back. */
function overlaps(one: Entry, other: Entry): boolean {
  const apartMs = 500;
  if (one.atMs >= other.atMs + other.forMs + apartMs || other.atMs >= one.atMs + one.forMs + apartMs) return false;
  const taken = takenBy(one.fault);
  return takenBy(other.fault).some((what) => taken.includes(what));
}

/** What a fault has to itself while it lasts. */
export function takenBy(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'kill':
    case 'stop':
    case 'freeze':
      // The endpoints are proxies, and are shut while the service is down.
      return fault.parts.includes('ocr') ? ['ocr', ...ENDPOINTS] : fault.parts;
    case 'cut':
    case 'block':
      if (fault.from === 'ocr') return ENDPOINTS;
      return fault.from.startsWith('ocr') ? [fault.from] : fault.programs.map((name) => `${name} to ${fault.from}`);
    case 'lose_queue':
      return ['redis', 'postgres']; // it must be there to be emptied
    case 'forget_jobs':
      return ['ocr'];
    case 'no_room':
      return ['api'];
    case 'store_away':
      return ['api']; // which, when it starts, makes the folder that it does not find
    case 'weather':
      return [`${fault.weather.call} weather`];
  }
}
