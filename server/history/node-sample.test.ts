import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { CounterStream, type NodeCounters } from "@/server/history/node-counters";
import { nodeSample } from "@/server/history/node-sample";

const round = (lines: readonly string[]): string => [...lines, "end", ""].join("\n");
const at = (uptime: number, more: readonly string[] = []): string =>
  round([
    `at ${1_795_000_000 + uptime}.250000000`,
    `uptime ${uptime}.00`,
    "load 0.42",
    ...more,
    "memory MemTotal: 1000",
    "memory MemAvailable: 600",
  ]);

function read(text: string, nowMs = 0): NodeCounters[] {
  const heard: NodeCounters[] = [];
  const stream = new CounterStream(
    (counters) => heard.push(counters),
    () => nowMs,
  );
  // As ssh delivers it: in pieces that end anywhere.
  for (let index = 0; index < text.length; index += 7) stream.take(text.slice(index, index + 7));
  return heard;
}

const sampleOf = (text: string) => {
  const [before, now] = read(text);
  if (before === undefined || now === undefined) throw new Error("two rounds are needed");
  return nodeSample(before, now);
};

test("two rounds give rates, shares and totals", () => {
  const first = at(100, ["cpu 100 0 100 800 0 0 0 0 0 0", "disk sda 10 0 5 20 0 10 1000", "nic eth0 1000 0 2000 0"]);
  const then = at(110, [
    "cpu 150 0 150 880 20 0 0 0 0 0",
    "disk sda 20 2000 15 60 4000 110 6000",
    "nic eth0 11000 1 2000 0",
  ]);
  expect(sampleOf(first + then)).toMatchObject({
    load: 0.42,
    "cpu.busy": 0.5,
    "cpu.iowait": 0.1,
    "memory.used": 400 * 1024,
    "disk.read": 102_400,
    "disk.write:sda": 204_800,
    "disk.busy:sda": 0.5,
    "disk.wait:sda": 0.0022,
    "net.receive": 1000,
    "net.send": 0,
    "net.faults": 0.1,
  });
});

test("after a reboot, a long silence or a counter that went back there is no rate, not a zero", () => {
  const nic = (bytes: number) => [`nic eth0 ${bytes} 0 0 0`];
  expect(sampleOf(at(500, nic(9000)) + at(10, nic(100)))).not.toHaveProperty("net.receive");
  expect(sampleOf(at(100, nic(100)) + at(300, nic(9000)))).not.toHaveProperty("net.receive");
  const back = sampleOf(at(100, nic(9000)) + at(110, nic(100)));
  expect(back).not.toHaveProperty("net.receive");
  expect(back).toMatchObject({ "net.send": 0, load: 0.42 });
});

test("a NIC that has just come leaves the total unknown for one round", () => {
  const sample = sampleOf(at(100, ["nic eth0 100 0 0 0"]) + at(110, ["nic eth0 200 0 0 0", "nic eth1 7 0 0 0"]));
  expect(sample).toMatchObject({ "net.receive:eth0": 10 });
  expect(sample).not.toHaveProperty("net.receive");
  expect(sample).not.toHaveProperty("net.receive:eth1");
});

test("a round cut short is told to nobody; file systems are kept between their rarer lines", () => {
  const heard = read(`fs / 1000 400 600\n${at(100)}${at(110)}uptime 120\nload 3\n`);
  expect(heard).toHaveLength(2);
  expect(heard[1]?.fileSystems.get("/")).toEqual({ size: 1_024_000, used: 409_600 });
});

test("the clock's offset is the node's time less the panel's", () => {
  const [counters] = read(at(100), 1_795_000_099_000);
  expect(counters?.clockOffset).toBeCloseTo(1.25, 3);
});

test("the script's own words are understood, on this very machine", () => {
  const said = execFileSync("sh", ["server/history/follow-node.sh", "1", "2"], { encoding: "utf8" });
  const sample = sampleOf(said);
  expect(sample["cpu.busy"]).toBeGreaterThanOrEqual(0);
  expect(sample["memory.size"]).toBeGreaterThan(1e8);
  expect(sample["fs.size:/"]).toBeGreaterThan(0);
  expect(sample.load).toBeGreaterThanOrEqual(0);
}, 15_000);
