/** After all suites: ends what the setup started, and waits until nothing of it is left. */
export default async function globalTeardown() {
  const services = globalThis.testServices;
  if (services === undefined || services.exitCode !== null || services.signalCode !== null) return;
  await new Promise((resolve) => {
    services.once('exit', resolve);
    services.ref();
    services.disconnect();
  });
}
