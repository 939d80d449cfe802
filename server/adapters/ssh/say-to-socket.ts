import type { ClientChannel } from "ssh2";
import type { Loan, NodeConnections } from "@/server/adapters/ssh/connections";
import type { CommandResult, SayOptions } from "@/server/ports/remote-host";

/** Says one line to a unix socket of the node and hears until its other end closes. Throws only when there is no connection. */
export async function sayToSocket(
  connections: NodeConnections,
  socket: string,
  line: string,
  { timeoutMs, signal }: SayOptions,
): Promise<CommandResult | null> {
  const startedAt = performance.now();
  const loan = await connections.tunnel();
  const channel = await opened(loan, socket, timeoutMs);
  if (channel === null) {
    loan.release("reusable");
    return null;
  }
  return await new Promise<CommandResult>((resolve) => {
    let stdout = "";
    const end = (ending: { kind: "exited"; code: 0 } | { kind: "timed-out" | "cancelled" } | LostEnding): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      channel.close();
      loan.release("reusable");
      resolve({ ...ending, stdout, stderr: "", seconds: (performance.now() - startedAt) / 1000 });
    };
    const cancel = (): void => end({ kind: "cancelled" });
    const timer = setTimeout(() => end({ kind: "timed-out" }), timeoutMs);
    signal?.addEventListener("abort", cancel, { once: true });
    channel.setEncoding("utf8");
    channel.on("data", (text: string) => (stdout += text));
    channel.on("error", () => undefined);
    // A whole answer ends with its line; anything less was cut off on the way.
    channel.once("close", () =>
      end(
        stdout.endsWith("\n") ? { kind: "exited", code: 0 } : { kind: "disconnected", reason: "no whole answer came" },
      ),
    );
    channel.once("end", () => channel.end());
    channel.write(`${line}\n`);
    if (signal?.aborted === true) cancel();
  });
}

interface LostEnding {
  kind: "disconnected";
  reason: string;
}

/** Null: refused, late, or not offered by this ssh server. */
async function opened({ client }: Loan, socket: string, timeoutMs: number): Promise<ClientChannel | null> {
  const opening = Promise.withResolvers<ClientChannel | null>();
  const none = (): void => opening.resolve(null);
  const late = setTimeout(none, timeoutMs);
  client.once("close", none);
  let isOver = false;
  try {
    client.openssh_forwardOutStreamLocal(socket, (error, channel) => {
      if (error) none();
      else if (isOver) channel.close();
      else opening.resolve(channel);
    });
  } catch {
    // Not OpenSSH, or no connection any more.
    none();
  }
  const channel = await opening.promise;
  isOver = true;
  clearTimeout(late);
  client.removeListener("close", none);
  return channel;
}
