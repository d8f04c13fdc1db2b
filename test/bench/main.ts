/** `npm run bench`: ingest, pipeline and engine, each against something bare in the same run. Never a test. */
import { benchEngine } from './engine.ts';
import { benchIngest } from './ingest.ts';
import { benchPipeline } from './pipeline.ts';

const benches = { ingest: benchIngest, pipeline: benchPipeline, engine: benchEngine };
const asked = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
process.exit(0);
