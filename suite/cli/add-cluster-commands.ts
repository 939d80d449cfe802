import { Argument, type Command } from "commander";
import { type HaProfile, haProfiles } from "@/contract/ha-profile";
import { randomPassword } from "@/lib/random-password";
import { consoleOf } from "@/suite/cli/command-action";
import { runProfile } from "@/suite/cli/profile-command";
import { actor, locked, runOption } from "@/suite/cli/run-lock-option";
import { readSecretLine } from "@/suite/cli/standard-input";
import { startServices } from "@/suite/cli/start-services";
import { openCluster } from "@/suite/commands/cluster-access";
import { type DrillWatchOptions, drillWatch } from "@/suite/commands/drill-watch";
import { migrateVm } from "@/suite/commands/migrate";
import { renderStatus } from "@/suite/commands/render-status";
import { defaultPassword, resetRootPassword } from "@/suite/commands/reset-password";
import { startCluster } from "@/suite/commands/start";
import { collectStatus } from "@/suite/commands/status";
import { stopCluster } from "@/suite/commands/stop";
import { startLineProcess } from "@/suite/system/line-process";
import { runCommand } from "@/suite/system/run-command";

export function addClusterCommands(program: Command): void {
  for (const [name, description, withConfig] of [
    ["status", "show status", false],
    ["status-conf", "show status with current configuration", true],
  ] as const) {
    program
      .command(name)
      .description(description)
      .action(async (_options: unknown, command: Command) => {
        const console = consoleOf(command);
        const status = await collectStatus(await openCluster(), runCommand, startLineProcess, { withConfig });
        console.say(renderStatus(status).trimEnd());
        console.result(status);
      });
  }
  program
    .command("reset-MNVM-password", { hidden: true })
    .description("set the management VM's root password to its default")
    .option("--random", "to one made up now, shown once")
    .option("--from-stdin", "to the one on standard input")
    .addOption(runOption())
    .action(async ({ random, fromStdin }: { random?: true; fromStdin?: true }, command: Command) => {
      const console = consoleOf(command);
      const password =
        fromStdin === true ? await readSecretLine() : random === true ? randomPassword() : defaultPassword;
      const access = await openCluster();
      const result = await locked(command, access, () =>
        resetRootPassword(access, runCommand, password, (line) => console.say(line)),
      );
      if (random === true) console.say(`The new password of root: ${password}`);
      console.result(random === true ? { ...result, password } : result);
    });
  program
    .command("drill-watch", { hidden: true })
    .description("write down what becomes of the management VM, as JSON lines")
    .requiredOption("--file <PATH>", "where to")
    .requiredOption("--seconds <N>", "for how long", Number)
    .requiredOption("--port <N>", "port the guest answers on", Number)
    .option("--address <IP...>", "addresses the guest may answer on", [])
    .action(async (options: Omit<DrillWatchOptions, "addresses"> & { address: string[] }) => {
      await drillWatch(await openCluster(), { ...options, addresses: options.address });
    });
  program
    .command("migrate")
    .description("migrate to target HA host, ip or hostname should be provided")
    .argument("<TARGET>")
    .addOption(runOption())
    .action(async (target: string, _options: unknown, command: Command) => {
      const console = consoleOf(command);
      const output = {
        say: (line: string) => console.finish(line),
        progress: (line: string) => console.progress(line),
      };
      const access = await openCluster();
      console.result(await locked(command, access, () => migrateVm(access, target, actor(), output)));
    });
  program
    .command("profile")
    .description("show how soon a lost node is replaced, or change it")
    .addArgument(new Argument("[PROFILE]").choices(haProfiles))
    .option("--tune-ceph", "let the profile set options in Ceph's configuration")
    .action(async (profile: HaProfile | undefined, options: { tuneCeph?: boolean }, command: Command) => {
      const access = await openCluster();
      const order = { wanted: profile ?? null, tuneCeph: options.tuneCeph ?? null, actor: actor() };
      const work = () => runProfile(consoleOf(command), access, order);
      await (profile === undefined ? work() : locked(command, access, work));
    });
  program
    .command("stop")
    .description("close MN-VM and all zs-ha services in cluster, consul will continue to operate")
    .addOption(runOption())
    .action(async (_options: unknown, command: Command) => {
      const console = consoleOf(command);
      const access = await openCluster();
      await locked(command, access, () => stopCluster(access, actor(), (line) => console.say(line)));
      console.result({ managementVm: "stopped" });
    });
  program
    .command("start")
    .description("start all zs-ha services in cluster, if consul service is stopped, it will also be started")
    .addOption(runOption())
    .action(async (_options: unknown, command: Command) => {
      const console = consoleOf(command);
      const access = await openCluster();
      await startServices(access.cluster, console);
      console.result(await locked(command, access, () => startCluster(access, actor(), (line) => console.say(line))));
    });
}
