import type { Client } from "ssh2";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import { KeptOutput } from "@/server/adapters/ssh/kept-output";
import { type Credentials, openClient } from "@/server/adapters/ssh/open-client";
import { shellFile } from "@/lib/shell-file";
import type { HostKeyPin, SshEndpoint } from "@/server/adapters/ssh/ssh-target";
import type { PanelKey } from "@/server/adapters/ssh/panel-key";

/** A login shell with slow start-up files takes seconds; more than this is a shell that waits for a person. */
const installTimeoutMs = 20_000;

export interface InstallPanelKeyRequest extends SshEndpoint {
  user: string;
  pin: HostKeyPin;
  /** Used for one login and then dropped. */
  credentials: Credentials;
  panelKey: PanelKey;
}

/** Logs in once with what the person gave, adds the panel's key exactly once, and proves on a new connection that it opens. */
export async function installPanelKey(request: InstallPanelKeyRequest): Promise<void> {
  const login = { ...request, node: request.address };
  const client = await openClient(login);
  try {
    const [type = "", key = "", comment = "trivet"] = request.panelKey.publicKey.trim().split(/\s+/);
    const script = shellFile("server/adapters/ssh/install-key.sh");
    const result = await runOnce(client, shellQuote(["sh", "-c", script, "install-key", type, key, comment]));
    if (result.code !== 0)
      throw new AppError("command-failed", say("panel-key-not-added", { node: request.address }), {
        facts: { node: request.address, user: request.user, code: result.code, stderr: result.stderr.slice(-300) },
        advice: say("panel-key-look"),
      });
  } finally {
    client.end();
  }
  const proof = await openClient({ ...login, credentials: { kind: "key", privateKey: request.panelKey.privateKey } });
  proof.end();
}

function runOnce(client: Client, command: string): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new AppError("command-outcome-unknown", say("panel-key-unknown")));
    const timer = setTimeout(() => {
      client.destroy();
      lost();
    }, installTimeoutMs);
    const stderr = new KeptOutput();
    client.once("close", lost);
    client.exec(command, (error, channel) => {
      if (error) {
        clearTimeout(timer);
        return reject(error);
      }
      let code: number | null = null;
      channel.on("exit", (value: number | null) => {
        code = value;
      });
      channel.resume();
      channel.stderr.on("data", (data: Buffer) => stderr.add(data));
      channel.on("close", () => {
        clearTimeout(timer);
        client.removeListener("close", lost);
        resolve({ code, stderr: stderr.end() });
      });
      channel.end();
    });
  });
}
