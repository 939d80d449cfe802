import { clusterMetrics, type ExposedMetric, freshness, nodeMetrics, panelMetrics } from "@/server/metrics/exposed";

type Labels = Readonly<Record<string, string>>;
type Sample = Readonly<Record<string, number>>;

/** What is told of one moment. A sample is null once it is too old to be told as the present. */
export interface MetricsPicture {
  version: string;
  panel: Sample | null;
  clusters: readonly {
    id: string;
    name: string;
    isUp: boolean;
    statusAgeSeconds: number | null;
    sample: Sample | null;
    nodes: readonly { name: string; sample: Sample | null; ageSeconds: number | null }[];
  }[];
}

export const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** OpenMetrics 1.0: the lines of one family stand together. What is not known has no line. */
export function openMetricsText({ version, panel, clusters }: MetricsPicture): string {
  const families = new Map<string, string[]>();
  const head = ({ name, unit, help }: { name: string; unit: string | null; help: string }): void => {
    const lines = [`# TYPE ${name} gauge`];
    // The unit must be the very end of the name, with an underscore before it.
    if (unit !== null) lines.push(`# UNIT ${name} ${unit}`);
    families.set(name, [...lines, `# HELP ${name} ${escapeHelp(help)}`]);
  };
  const say = (name: string, labels: Labels, value: number | null): void => {
    if (value !== null && Number.isFinite(value)) families.get(name)?.push(`${name}${labelText(labels)} ${value}`);
  };
  const sayAll = (metrics: readonly ExposedMetric[], sample: Sample | null, labels: Labels): void => {
    for (const metric of metrics)
      for (const { value, device } of valuesOf(metric, sample ?? {}))
        say(metric.name, metric.device === undefined ? labels : { ...labels, [metric.device]: device }, value);
  };

  for (const each of [...freshness.panel, ...panelMetrics, ...freshness.cluster, ...freshness.node]) head(each);
  for (const each of [...clusterMetrics, ...nodeMetrics]) head(each);
  say("trivet_panel_info", { version }, 1);
  sayAll(panelMetrics, panel, {});
  for (const cluster of clusters) {
    const labels = { cluster: cluster.name, cluster_id: cluster.id };
    say("trivet_cluster_up", labels, Number(cluster.isUp));
    say("trivet_cluster_status_age_seconds", labels, cluster.statusAgeSeconds);
    sayAll(clusterMetrics, cluster.sample, labels);
    for (const node of cluster.nodes) {
      const ofNode = { ...labels, node: node.name };
      say("trivet_node_up", ofNode, Number(node.sample !== null));
      say("trivet_node_sample_age_seconds", ofNode, node.ageSeconds);
      sayAll(nodeMetrics, node.sample, ofNode);
    }
  }
  return `${[...families.values()].flat().join("\n")}\n# EOF\n`;
}

function valuesOf({ from, device }: ExposedMetric, sample: Sample): { value: number; device: string }[] {
  if (device === undefined) {
    const value = sample[from];
    return value === undefined ? [] : [{ value, device: "" }];
  }
  return Object.entries(sample)
    .filter(([name]) => name.startsWith(from))
    .map(([name, value]) => ({ value, device: name.slice(from.length) }));
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
