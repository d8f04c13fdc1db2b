import type { Stage } from '@ocrelay/contracts';
import { type Fault, lowerLimit } from '@ocrelay/tasks';
import { endpointLimited } from '@ocrelay/telemetry';
import type { Admission } from './admission.ts';
import type { Breaker } from './breaker.ts';
import type { AskHealth } from './health.ts';
import type { EndpointWatchParts } from './parts.ts';
import { type CallKind, createSuspicion } from './suspicion.ts';
import type { EndpointView } from './view.ts';

/** What the calls of this worker tell of an endpoint, and what follows from it. */
export interface Troubles {
  /** A call of a stage has failed for a task. */
  failed(url: string, taskId: string, stage: Stage, fault: Fault): Promise<void>;
  /** A call has been answered as it should. */
  worked(url: string, call: CallKind): void;
}

export function createTroubles(
  parts: EndpointWatchParts,
  view: EndpointView,
  breaker: Breaker,
  admission: Admission,
  askHealth: AskHealth,
): Troubles {
  const { db, log, random } = parts;
  const suspicion = createSuspicion();

  /** One that is there and has enough to do is the limit's matter, and not to be kept out of use. */
  const overloaded = async (url: string, taskId: string, fault: Fault) => {
    const trouble = await askHealth(url);
    if (trouble !== null) return breaker.open(url, trouble, taskId);
    if (view.isDown(url)) await breaker.close(url, taskId);
    const lowered = await lowerLimit(db, url, view.known(url)?.failures ?? 0, parts.overloadPolicy, random);
    if (lowered === null) return;
    view.changed();
    setTimeout(admission.admitSoon, lowered.forMs).unref();
    if (lowered.isNew) endpointLimited(log, url, lowered.jobLimit, lowered.forMs, fault.message);
  };
  /** A failure may be the image's: several tasks have to meet one, and the endpoint's health has to fail as well. */
  const suspect = async (url: string, taskId: string, call: CallKind) => {
    if (!suspicion.isOneOfSeveral(url, call, 'failed', taskId)) return;
    const trouble = await askHealth(url);
    if (trouble !== null) await breaker.open(url, trouble, taskId);
  };
  /** One image may be refused alone; an endpoint whose health is refused as well, or that refuses several, means us. */
  const refused = async (url: string, taskId: string, call: CallKind, fault: Fault) => {
    const isMeant = suspicion.isOneOfSeveral(url, call, 'refused', taskId) || view.isDown(url);
    const trouble = isMeant ? fault : await askHealth(url);
    if (trouble !== null) await breaker.open(url, trouble, taskId);
  };

  return {
    async failed(url, taskId, stage, fault) {
      const call = stage === 'submit' ? 'submit' : 'job';
      if (fault.trouble === 'overloaded') await overloaded(url, taskId, fault);
      else if (fault.trouble === 'refused') await refused(url, taskId, call, fault);
      else if (fault.trouble !== undefined) await breaker.open(url, fault, taskId);
      else if (fault.reaction === 'retry') await suspect(url, taskId, call);
      else suspicion.cleared(url, call);
    },
    worked: suspicion.cleared,
  };
}
