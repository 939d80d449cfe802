/**
 * Next copies server modules: instrumentation, route handlers and pages each get their own, so a module-level variable is
 * not shared between them. What must exist once per process lives here, behind one global symbol.
 */
interface TrivetProcess {
  readonly shutdown: AbortController;
  readonly made: Map<string, unknown>;
}

const key = Symbol.for("trivet");
const holder: typeof globalThis & { [key]?: TrivetProcess } = globalThis;

function trivetProcess(): TrivetProcess {
  holder[key] ??= { shutdown: new AbortController(), made: new Map() };
  return holder[key];
}

/** The one value called `name` in this process, made on first use. The name decides the type: use a name in one place only. */
export function oncePerProcess<T>(name: string, make: () => T): T {
  const { made } = trivetProcess();
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

/** Forgets (name given) or replaces a value. For tests and for closing in order. */
export function replaceInProcess(name: string, value?: unknown): void {
  const { made } = trivetProcess();
  if (value === undefined) made.delete(name);
  else made.set(name, value);
}

/** Aborted once, when the panel is asked to stop. Every loop, tunnel and stream must end with it. */
export const shutdownSignal = (): AbortSignal => trivetProcess().shutdown.signal;

export const beginShutdown = (): void => trivetProcess().shutdown.abort(new Error("the panel is shutting down"));

/** Requests being answered; the panel waits for them before it exits. */
const requests = (): Set<Promise<unknown>> => oncePerProcess("requests in flight", () => new Set());

export const inFlight = (): Promise<unknown>[] => [...requests()];

export function trackRequest<T>(answer: Promise<T>): Promise<T> {
  const running = requests();
  running.add(answer);
  const forget = (): void => void running.delete(answer);
  answer.then(forget, forget);
  return answer;
}
