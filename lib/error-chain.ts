/** The messages of an error and its causes, outermost first, joined by ": "; what was said already is not repeated. Never a stack. */
export function formatErrorChain(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current !== undefined && current !== null && depth < 8; depth += 1) {
    const message = current instanceof Error ? current.message : thrown(current);
    if (!parts.some((part) => part.includes(message))) parts.push(message);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(": ");
}

/** Nothing but errors should be thrown; what is thrown all the same is shown as it is. */
const thrown = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? typeof value);
