import { AppError } from "@/contract/errors";
import { blinkSeconds } from "@/contract/nic-blink";
import { say } from "@/contract/sentence";
import { exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";

/** Beyond the blinking itself, for a busy node. */
const graceMs = 10_000;

/** Lets the lamp of one port blink, so that the hand finds the cable the eye sees on the screen. Returns when it has stopped. */
export async function blinkNic(host: RemoteHost, nic: string): Promise<void> {
  const argv = ["ethtool", "-p", nic, String(blinkSeconds)];
  const result = await host.exec(argv, { timeoutMs: blinkSeconds * 1000 + graceMs });
  if (exitedZero(result)) return;
  const { node } = host;
  const said = result.stderr.trim().split("\n")[0] ?? "";
  throw new AppError(
    "command-failed",
    say("nic-cannot-blink", { node, nic, said: said === "" ? howEnded(result) : said }),
    { facts: { node, nic, said }, advice: say("nic-blink-look") },
  );
}
