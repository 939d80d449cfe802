import { execFile } from "node:child_process";
import { AppError } from "@/contract/errors";
import type { BmcSecret } from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import type { Power } from "@/server/ports/power";

/** A controller that is busy with its own web page takes seconds; one that is off answers nothing at all. */
const answerMs = 20_000;

/** The machine's own ipmitool. The password goes by environment: an argument could be read by every user of the machine. */
export class IpmiTool implements Power {
  constructor(private readonly program = "ipmitool") {}

  async state(bmc: BmcSecret, signal: AbortSignal): Promise<"on" | "off"> {
    const said = (await this.#chassisPower(bmc, "status", signal)).trim();
    if (/ is on$/i.test(said)) return "on";
    if (/ is off$/i.test(said)) return "off";
    throw new AppError("unexpected-output", say("bmc-unclear", { address: bmc.address, said }), {
      facts: { node: bmc.address, said },
    });
  }

  async switchOn(bmc: BmcSecret, signal: AbortSignal): Promise<void> {
    await this.#chassisPower(bmc, "on", signal);
  }

  #chassisPower(bmc: BmcSecret, verb: "status" | "on", signal: AbortSignal): Promise<string> {
    const [host = bmc.address, port] = bmc.address.split(":");
    const at = ["-H", host, ...(port === undefined ? [] : ["-p", port])];
    const argv = ["-I", "lanplus", ...at, "-U", bmc.user, "-E", "chassis", "power", verb];
    // A fresh environment: nothing of the panel's own is for a program that talks to a stranger.
    const env: NodeJS.ProcessEnv = {
      NODE_ENV: "production",
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C",
      IPMI_PASSWORD: bmc.password,
    };
    return new Promise((resolve, reject) => {
      execFile(this.program, argv, { env, signal, timeout: answerMs }, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if ("code" in error && error.code === "ENOENT")
          return reject(
            new AppError("missing-tool", say("no-ipmitool"), {
              facts: { node: "panel", tool: "ipmitool" },
              cause: error,
            }),
          );
        const said = stderr.trim().split("\n").at(-1) ?? "";
        reject(
          new AppError("node-unreachable", say("bmc-silent", { address: bmc.address, said }), {
            facts: { node: bmc.address, said },
          }),
        );
      });
    });
  }
}
