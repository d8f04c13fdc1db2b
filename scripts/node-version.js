// Imported first by every script: says in one line what is wrong where newer syntax would fail in many.
const needed = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(`Ocrelay needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
