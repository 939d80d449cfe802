import { text } from "node:stream/consumers";
import { problemMessage } from "@/contract/config-problem-text";
import { AppError } from "@/contract/errors";
import { haNodes } from "@/contract/ha-config";
import { readCheckedConfig } from "@/suite/cli/config-file";
import type { Console } from "@/suite/cli/console";
import { installCluster } from "@/suite/install/install-cluster";

export interface InstallOptions {
  password: string;
  config: string;
  profile: "default" | "fast";
  tuneCeph?: boolean;
  consul?: string;
}

/** The arguments of a process are readable by everybody on the machine; this overwrites them in the process list. */
export function hideArguments(): void {
  process.title = "zsha install";
}

export async function install(console: Console, options: InstallOptions): Promise<void> {
  const { config, advice } = await readCheckedConfig(options.config);
  console.say("config file check pass");
  for (const problem of advice) console.warn(`advice: ${problemMessage(problem)}`);
  const password = options.password === "-" ? (await text(process.stdin)).replace(/\r?\n$/, "") : options.password;
  if (options.password !== "-") {
    console.warn(
      'The password was visible in the process list for a moment; "-p -" reads it from standard input instead.',
    );
  }
  if (password === "") throw new AppError("bad-input", "the root password is empty");
  const { profile, tuneCeph = false, consul = null } = options;
  const order = { config, password, profile, tuneCeph, consulBinary: consul };
  await installCluster(order, console);
  console.result({ installed: haNodes(config).map((node) => node.name) });
}
