import { type Command, Option } from "commander";
import { consoleOf } from "@/suite/cli/command-action";
import { hideArguments, install, type InstallOptions } from "@/suite/cli/install-command";
import { runPeerCommand } from "@/suite/cli/peer-command";
import { actor, locked, lockedWhenThere, runOption } from "@/suite/cli/run-lock-option";
import { uninstall } from "@/suite/cli/uninstall";
import { openCluster } from "@/suite/commands/cluster-access";
import { stopCluster } from "@/suite/commands/stop";
import { runRemoveNodeSetup, runSetupCluster, runSetupNode, runUpgradeNode } from "@/suite/cli/setup-commands";
import { standardInput } from "@/suite/cli/standard-input";

export function addSetupCommands(program: Command): void {
  program
    .command("install")
    .description("install on all nodes of the configuration")
    .requiredOption("-p, --password <ROOT-PASSWORD>", 'root password of all nodes; "-" reads it from standard input')
    .requiredOption("-c, --config <CONFIGURATION-FILE-PATH>", "configuration file")
    .addOption(
      new Option("--profile <PROFILE>", "how fast a failure is seen").choices(["default", "fast"]).default("default"),
    )
    .option("--tune-ceph", "let the profile set options in Ceph's configuration")
    .option("--consul <PATH>", "Consul binary to bring to the nodes")
    .action((options: InstallOptions, command: Command) => {
      hideArguments();
      return lockedWhenThere(command, () => install(consoleOf(command), options));
    });
  program
    .command("uninstall")
    .description("uninstall from all nodes; the image is kept")
    .option("--yes-i-really-really-mean-it", "confirm")
    .addOption(runOption())
    .action(async (options: { yesIReallyReallyMeanIt?: boolean }, command: Command) => {
      const console = consoleOf(command);
      const confirmed = options.yesIReallyReallyMeanIt === true;
      if (!confirmed) return uninstall(console, false, async () => undefined);
      const access = await openCluster();
      return locked(command, access, () =>
        uninstall(console, true, () => stopCluster(access, `${actor()} (uninstall)`, (line) => console.say(line))),
      );
    });
  program
    .command("remove-node-setup", { hidden: true })
    .description("take this node out; data, logs and networks are kept")
    .action((_options: unknown, command: Command) => runRemoveNodeSetup(consoleOf(command)));
  program
    .command("upgrade-node", { hidden: true })
    .description("make this very program the node's suite")
    .action((_options: unknown, command: Command) => runUpgradeNode(consoleOf(command)));
  program
    .command("peer", { hidden: true })
    .description("what sshd runs for the cluster's own key")
    .action(() => runPeerCommand(process.env.SSH_ORIGINAL_COMMAND));
  program
    .command("setup-node", { hidden: true })
    .description("make this node a member; input on standard input")
    .argument("<->", "standard input", standardInput)
    .action((_input: string, _options: unknown, command: Command) => runSetupNode(consoleOf(command)));
  program
    .command("setup-cluster", { hidden: true })
    .description("finish a cluster whose nodes are set up; input on standard input")
    .argument("<->", "standard input", standardInput)
    .action((_input: string, _options: unknown, command: Command) => runSetupCluster(consoleOf(command)));
}
