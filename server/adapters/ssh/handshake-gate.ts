import { Gate } from "@/lib/gate";
import type { SshEndpoint } from "@/server/adapters/ssh/ssh-target";

/** sshd's MaxStartups default starts refusing at 10 unauthenticated connections; other clients need their share of them. */
const handshakesPerHostMax = 5;
const gates = new Map<string, Gate>();

export function throughHandshakeGate<T>(endpoint: SshEndpoint, handshake: () => Promise<T>): Promise<T> {
  const key = `${endpoint.address}:${endpoint.port}`;
  const gate = gates.get(key) ?? new Gate(handshakesPerHostMax);
  gates.set(key, gate);
  return gate.run(handshake).finally(() => {
    if (gate.idle) gates.delete(key);
  });
}
