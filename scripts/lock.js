/**
 * A lock between processes of one machine, which the death of its holder frees. Without dependencies: it also guards
 * the installation of the dependencies.
 *
 * Holders are numbered files. Whoever finds the newest one released or its process dead creates the next number, which
 * the file system grants to one process only. Nothing that may be alive is ever removed to take the lock: that is where
 * lock files usually break.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 100;
/** Old numbers kept, so that who listed the folder a moment ago cannot take a number twice. */
const KEPT = 16;

/**
 * Runs `work` while no other process holds the lock `name` of `folder`.
 * @template T
 * @param {string} folder created when missing
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(folder, name, work, onWait) {
  mkdirSync(folder, { recursive: true });
  let waited = false;
  let mine = take(folder, name);
  while (mine === null) {
    if (!waited) onWait?.();
    waited = true;
    await sleep(LOOK_MS);
    mine = take(folder, name);
  }
  try {
    return await work();
  } finally {
    put(mine, 'released');
  }
}

function take(folder, name) {
  const newest = numbers(folder, name).at(-1) ?? 0;
  if (newest > 0 && isHeld(join(folder, `${name}.${newest}`))) return null;
  const mine = join(folder, `${name}.${newest + 1}`);
  const draft = `${mine}.${process.pid}.draft`;
  writeFileSync(draft, holder(process.pid));
  try {
    linkSync(draft, mine);
  } catch (error) {
    if (error.code === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const all = numbers(folder, name);
  if (all.some((number) => number > newest + 1)) return put(mine, 'released');
  for (const number of all.slice(0, -KEPT)) rmSync(join(folder, `${name}.${number}`), { force: true });
  return mine;
}

function numbers(folder, name) {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`) && /^\d+$/.test(file.slice(name.length + 1)))
    .map((file) => Number(file.slice(name.length + 1)))
    .sort((a, b) => a - b);
}

function isHeld(file) {
  let content;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return true; // pruned by a newer holder
  }
  const pid = Number(content.split(' ')[0]);
  return Number.isInteger(pid) && isAlive(pid) && content === holder(pid);
}

/** Replaced as a whole: nobody reads half of it. */
function put(file, content) {
  writeFileSync(`${file}.draft`, content);
  renameSync(`${file}.draft`, file);
  return null;
}

/** Who holds it: the pid and, where the system tells, when that process started, since pids are used again. */
function holder(pid) {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${boot} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`;
  } catch {
    return `${pid}`;
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
