// npm run bench -- NAME: what is promised about speed, measured on the real test cluster. docs/benchmarks.md says what each figure means.
import { Command, InvalidArgumentError } from "commander";
import { benchDeploy, deployBar } from "@/bench/deploy";
import { benchImport, importBar } from "@/bench/import";
import { benchLive, liveBarMs } from "@/bench/live";

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
  .option("--json", "end with one JSON line")
  .action(async (options: { browsers: number; changes: number; memberships: number; json?: boolean }) => {
    const { browsers, changes, memberships } = options;
    const figures = await benchLive({ browsers, changes, memberships });
    const { p50, p95, max, keys, membership } = figures;
    const sentence = `node to browser: p50 ${p50} ms, p95 ${p95} ms, max ${max} ms (bar: p95 at most ${liveBarMs} ms)`;
    const parts = `keys p95 ${keys.p95} ms of ${keys.samples}; membership p95 ${membership?.p95 ?? "-"} ms of ${membership?.samples ?? 0}`;
    report(options, figures, `${sentence}\n${parts}`);
  });

try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
