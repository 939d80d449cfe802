import { expect, test } from "vitest";
import { exposedNames } from "@/server/metrics/exposed";
import { type MetricsPicture, openMetricsText } from "@/server/metrics/open-metrics";

const picture: MetricsPicture = {
  version: "1.2.3",
  panel: { "panel.cpu": 0.01 },
  clusters: [
    {
      id: "c1",
      name: 'the "big" one',
      isUp: true,
      statusAgeSeconds: 2.5,
      sample: { "ceph.used": 5e12, "ha.owner:ceph-1": 1, "ha.owner:ceph-2": 0 },
      nodes: [
        { name: "ceph-1", sample: { load: 0.5, "disk.read:sda": 10, "disk.read:sdb": 0 }, ageSeconds: 3 },
        { name: "ceph-2", sample: null, ageSeconds: 700 },
        { name: "ceph-3", sample: null, ageSeconds: null },
      ],
    },
  ],
};
const text = openMetricsText(picture);
const lines = text.split("\n");

test("what is known has a line with its labels", () => {
  expect(lines).toContain('trivet_panel_info{version="1.2.3"} 1');
  expect(lines).toContain('trivet_ceph_used_bytes{cluster="the \\"big\\" one",cluster_id="c1"} 5000000000000');
  expect(text).toMatch(/trivet_node_disk_read_bytes_per_second\{[^}]*node="ceph-1",device="sdb"\} 0\n/);
  expect(text).toMatch(/trivet_node_ha_owner\{[^}]*node="ceph-2"\} 0\n/);
});

test("a silent node has no figures, but says that it is silent and for how long", () => {
  const of = (node: string) => lines.filter((line) => line.includes(`node="${node}"`) && !line.includes("ha_owner"));
  expect(of("ceph-2").map((line) => line.replace(/\{.*\}/, ""))).toEqual([
    "trivet_node_up 0",
    "trivet_node_sample_age_seconds 700",
  ]);
  expect(of("ceph-3").map((line) => line.replace(/\{.*\}/, ""))).toEqual(["trivet_node_up 0"]);
});

test("OpenMetrics: families in one piece, the unit ends the name, the end is said", () => {
  expect(text.endsWith("\n# EOF\n")).toBe(true);
  const families = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
  expect(new Set(families).size).toBe(families.length);
  expect(new Set(families)).toEqual(new Set(exposedNames()));
  const blocks = text.replace(/\n# EOF\n$/, "").split(/\n(?=# TYPE)/);
  for (const block of blocks) {
    const family = block.split(" ")[2] ?? "";
    const label = '[a-z_]+="(\\\\.|[^"\\\\])*"';
    const unit = block.match(/^# UNIT \S+ (\S+)$/m)?.[1];
    expect(`${family}_`).toContain(unit === undefined ? family : `_${unit}_`);
    const value = new RegExp(`^${family}(\\{${label}(,${label})*\\})? [-\\d.e+]+$`);
    const odd = block.split("\n").filter((line) => !line.startsWith("#") && !value.test(line));
    expect(odd).toEqual([]);
    expect(block.match(/^# (TYPE|UNIT|HELP) (\S+)/gm)?.every((line) => line.endsWith(` ${family}`))).toBe(true);
  }
});
