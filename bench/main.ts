// npm run bench -- NAME: what is promised about speed, measured on the real test cluster. docs/benchmarks.md says what each figure means.
import { Command, InvalidArgumentError, Option } from "commander";
import { benchDashboard, idleBars } from "@/bench/dashboard";
import { benchDeploy, deployBar } from "@/bench/deploy";
import { benchFailover } from "@/bench/failover";
import { type CephPlace, cephPlaces } from "@/bench/failover-cluster";
import { benchImport, importBar } from "@/bench/import";
import { benchLive, liveBarMs, type LiveOptions } from "@/bench/live";
import { benchLogs, framesBar } from "@/bench/logs";
import { lostBarMs } from "@/bench/lost-stream";
import { benchMaintenance, maintenanceBar } from "@/bench/maintenance";
import { benchNetwork, networkBar } from "@/bench/network";
import { benchPacketLoss } from "@/bench/packet-loss";
import { type HaProfile, haProfiles } from "@/contract/ha-profile";

const program = new Command("bench").description("Measures the panel on the real test cluster");

function count(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`give a whole number from ${least} to ${most}`);
  };
}

function report(options: { json?: boolean }, figures: object, sentence: string): void {
  console.log(sentence);
  if (options.json === true) console.log(JSON.stringify(figures));
}

program
  .command("deploy")
  .description("the deployment through the panel over the same commands in a shell script")
  .option("--runs <count>", "pairs of deployments, in alternating order", count(1, 20), 1)
  .option("--json", "end with one JSON line")
  .action(async (options: { runs: number; json?: boolean }) => {
    const figures = await benchDeploy(options.runs);
    const { ratio, panelSeconds, scriptSeconds } = figures;
    const sentence = `deployment: panel ${panelSeconds} s, script ${scriptSeconds} s, ratio ${ratio} (bar: at most ${deployBar})`;
    report(options, figures, sentence);
  });

program
  .command("import")
  .description("the import of an image through the panel's engine over a bare qemu-img")
  .option("--gigabytes <count>", "size of the image; three copies of it must fit the test cluster", count(1, 4), 1)
  .option("--runs <count>", "pairs of imports, in alternating order", count(1, 20), 2)
  .option("--json", "end with one JSON line")
  .action(async (options: { gigabytes: number; runs: number; json?: boolean }) => {
    const figures = await benchImport({ gigabytes: options.gigabytes, runs: options.runs });
    const { ratio, panelSeconds, bareSeconds, gigabytes, measured } = figures;
    const sentence = `import of ${gigabytes} GB: panel ${panelSeconds} s, bare qemu-img ${bareSeconds} s, ratio ${ratio} (bar: at most ${importBar})`;
    report(options, figures, `${sentence}\nmeasured: ${measured}`);
  });

program
  .command("live")
  .description("from a change on a node to the changed dashboard in a browser")
  .option("--browsers <count>", "pages that follow at once", count(1, 20), 1)
  .option("--changes <count>", "changes of a key in Consul", count(3, 1000), 30)
  .option("--memberships <count>", "times a node's Consul stops and goes on", count(0, 20), 2)
  .option("--losses <count>", "times the stream of one more page breaks off", count(0, 100), 10)
  .option("--json", "end with one JSON line")
  .action(async (options: LiveOptions & { json?: boolean }) => {
    const { browsers, changes, memberships, losses } = options;
    const figures = await benchLive({ browsers, changes, memberships, losses });
    const { p50, p95, max, keys, membership, lost } = figures;
    const sentence = `node to browser: p50 ${p50} ms, p95 ${p95} ms, max ${max} ms (bar: p95 at most ${liveBarMs} ms)`;
    const parts = `keys p95 ${keys.p95} ms of ${keys.samples}; membership p95 ${membership?.p95 ?? "-"} ms of ${membership?.samples ?? 0}; after a lost stream p95 ${lost?.p95 ?? "-"} ms of ${lost?.samples ?? 0} (bar: ${lostBarMs} ms)`;
    report(options, figures, `${sentence}\n${parts}`);
  });

program
  .command("dashboard")
  .description("first load beside Cockpit and the Ceph dashboard, and what an idle dashboard costs")
  .option("--runs <count>", "first loads of each, in turn", count(1, 20), 3)
  .option("--json", "end with one JSON line")
  .action(async (options: { runs: number; json?: boolean }) => {
    const figures = await benchDashboard(options.runs);
    const { loads, idle, fewerBytes, soonerInteractive } = figures;
    const lines = loads.map(
      ({ name, version, bytes, scriptBytes, shownMs, interactiveMs }) =>
        `${name} ${version}: ${Math.round(bytes / 1000)} kB (script ${Math.round(scriptBytes / 1000)} kB), figures after ${shownMs} ms, interactive after ${interactiveMs} ms`,
    );
    const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
    const rest = `idle: browser ${share(idle.browser)} of a core (bar: ${share(idleBars.browser)}), panel ${share(idle.panel)} (bar: ${share(idleBars.panel)})`;
    report(options, figures, [...lines, rest].join("\n"));
    const isIdle = idle.browser < idleBars.browser && idle.panel < idleBars.panel;
    if (!isIdle || !fewerBytes || !soonerInteractive) process.exitCode = 1;
  });

program
  .command("logs")
  .description("the logs page following the nodes at a thousand lines a second: frames, and whether every line arrives")
  .option("--json", "end with one JSON line")
  .action(async (options: { json?: boolean }) => {
    const figures = await benchLogs();
    const { frames, empty, window, written, shown, kept, faults } = figures;
    const share = `${(frames.late * 100).toFixed(1)} % later than 20 ms`;
    const sentence = `following ${figures.linesPerSecond} lines/s in ${window}: ${frames.perSecond} frames/s (bar: at least ${framesBar}; an empty page beside it ${empty.perSecond}), ${share}, the longest ${frames.max} ms`;
    const lines = `lines: ${written} written, ${shown} shown, the newest ${kept} looked through one by one`;
    report(options, figures, [sentence, lines, ...faults.map((fault) => `fault: ${fault}`)].join("\n"));
    if (frames.perSecond < framesBar || faults.length > 0) process.exitCode = 1;
  });

program
  .command("failover")
  .description("from a power cut of the owner to QEMU on another node and to the guest's page, seen from outside")
  .option("--runs <count>", "cuts of the owner", count(1, 200), 20)
  .addOption(new Option("--profile <profile>", "failover profile").choices(haProfiles).default("default"))
  .addOption(new Option("--ceph <place>", "where Ceph runs").choices(cephPlaces).default("outside"))
  .option("--json", "end with one JSON line")
  .action(async (options: { runs: number; profile: HaProfile; ceph: CephPlace; json?: boolean }) => {
    const { runs, profile, ceph } = options;
    const figures = await benchFailover({ runs, profile, ceph });
    const { p50, p95, max, bar, failed, phases } = figures;
    const promise = bar === null ? "no bar" : `bar: p95 at most ${bar} s`;
    const sentence = `failover, ${profile} profile, Ceph ${ceph}: QEMU runs elsewhere after p50 ${p50} s, p95 ${p95} s, max ${max} s (${promise}); ${figures.runs} cuts, ${failed.length} failed`;
    const guest = `guest's page: p50 ${phases.http?.p50 ?? "-"} s, p95 ${phases.http?.p95 ?? "-"} s`;
    report(
      options,
      figures,
      [sentence, guest, ...failed.map((each) => `cut ${each.run} failed: ${each.failure}`)].join("\n"),
    );
    if (failed.length > 0 || figures.runs < runs) process.exitCode = 1;
  });

program
  .command("packet-loss")
  .description("failovers of a cluster that lacks nothing but some packets")
  .option("--minutes <count>", "how long packets are lost", count(1, 600), 60)
  .option("--loss <percent>", "share of the packets of every node", count(1, 90), 5)
  .addOption(new Option("--profile <profile>", "failover profile").choices(haProfiles).default("default"))
  .addOption(new Option("--ceph <place>", "where Ceph runs").choices(cephPlaces).default("nodes"))
  .option("--json", "end with one JSON line")
  .action(async (options: { minutes: number; loss: number; profile: HaProfile; ceph: CephPlace; json?: boolean }) => {
    const { minutes, loss, profile, ceph } = options;
    const figures = await benchPacketLoss({ minutes, loss, profile, ceph });
    const { falseFailovers, restarts, page } = figures;
    const sentence = `${loss} % packet loss, ${profile} profile, Ceph ${ceph}: ${falseFailovers} false failovers in ${figures.minutes} minutes (bar: 0); ${restarts} restarts; page unanswered ${page.unanswered} of ${page.asked}`;
    report(options, figures, sentence);
    if (falseFailovers > 0) process.exitCode = 1;
  });

for (const [name, direction, title, description] of [
  [
    "shutdown",
    "down",
    "shutdown of the cluster",
    "the whole cluster's shutdown through the panel over the manual's own commands",
  ],
  ["coldstart", "up", "cold start", "the whole cluster's cold start through the panel over the manual's own commands"],
] as const)
  program
    .command(name)
    .description(description)
    .option("--runs <count>", "pairs, in alternating order", count(1, 20), 1)
    .option("--json", "end with one JSON line")
    .action(async (options: { runs: number; json?: boolean }) => {
      const figures = await benchMaintenance(direction, options.runs);
      const { ratio, panelSeconds, scriptSeconds, differences } = figures;
      const sentence = `${title}: panel ${panelSeconds} s, script ${scriptSeconds} s, ratio ${ratio} (bar: at most ${maintenanceBar})`;
      report(options, figures, [sentence, ...differences.map((line) => `not as before: ${line}`)].join("\n"));
      if (differences.length > 0) process.exitCode = 1;
    });

program
  .command("network")
  .description(
    "bonds on three nodes, from Apply to kept, over the slowest node's own time; and packets lost with a cable",
  )
  .option("--json", "end with one JSON line")
  .action(async (options: { json?: boolean }) => {
    const figures = await benchNetwork();
    const { ratio, applySeconds, ownSeconds, lostPackets } = figures;
    const slowest = Math.max(...ownSeconds.map(({ seconds }) => seconds));
    const sentence = `three bonded networks on three nodes: kept after ${applySeconds} s, the slowest node by itself ${slowest} s, ratio ${ratio} (bar: at most ${networkBar}); a pulled cable loses ${lostPackets} packets at one every ${figures.probeEveryMs} ms`;
    report(options, figures, sentence);
  });

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
