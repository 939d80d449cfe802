import { checkManagementVmNetworks } from "@/contract/ha-config-networks";
import { type HaConfig, haNodes, managementVmCpuMin, managementVmMemoryGbMin, parseHaNode } from "@/contract/ha-config";
import { checkPerNode, hostNamePattern, type Report, repeated } from "@/contract/ha-config-values";
import type { FieldProblem } from "@/contract/preflight";
import { parseIpv4 } from "@/lib/ipv4";

/**
 * Every rule of the manual about the values of a configuration (A14–A17). Errors refuse it, advice does not.
 * Run at check-config, install, import-config and in the panel's form: one judgement everywhere.
 */
export function checkHaConfig(config: HaConfig): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const report: Report = (path, code, facts = {}, severity = "error") => problems.push({ path, code, severity, facts });
  checkNodes(config, report);
  checkSize(config, report);
  checkStorage(config, report);
  checkTimeAndNames(config, report);
  checkManagementVmNetworks(config, report);
  if (config.ConsoleProxyOverriddenIP.trim() !== "") {
    const names = haNodes(config).map((node) => node.name);
    checkPerNode(config.ConsoleProxyOverriddenIP, "ConsoleProxyOverriddenIP", names, report, (value, report) => {
      if (parseIpv4(value) === null) report("address-invalid", { value });
    });
  }
  if (config.AllowResetRootPassword) report("AllowResetRootPassword", "password-reset-allowed", {}, "advice");
  return problems;
}

export const hasErrors = (problems: readonly FieldProblem[]): boolean =>
  problems.some((problem) => problem.severity === "error");

function checkNodes(config: HaConfig, report: Report): void {
  const count = config.Node.length;
  if (count < 3) report("Node", "node-count-too-small", { count });
  else if (count % 2 === 0) report("Node", "node-count-even", { count });
  config.Node.forEach((entry, at) => {
    const node = parseHaNode(entry);
    if (node === null) {
      report(`Node.${at}`, "node-malformed", { value: entry });
      return;
    }
    if (parseIpv4(node.ip) === null) report(`Node.${at}`, "address-invalid", { value: node.ip });
    if (!hostNamePattern.test(node.name)) report(`Node.${at}`, "node-name-invalid", { value: node.name });
  });
  const parsed = config.Node.map((entry) => parseHaNode(entry));
  for (const { at, value } of repeated(parsed.map((node) => node?.name.toLowerCase())))
    report(`Node.${at}`, "node-name-repeated", { value });
  for (const { at, value } of repeated(parsed.map((node) => node?.ip)))
    report(`Node.${at}`, "node-address-repeated", { value });
}

function checkSize(config: HaConfig, report: Report): void {
  const sizes = [
    { path: "MemorySizeInGB", value: config.MemorySizeInGB, min: managementVmMemoryGbMin },
    { path: "CPU", value: config.CPU, min: managementVmCpuMin },
  ];
  for (const { path, value, min } of sizes) {
    if (!Number.isInteger(value)) report(path, "not-a-whole-number", { value });
    else if (value < min) report(path, "below-minimum", { value, min });
  }
}

const poolNamePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

function checkStorage(config: HaConfig, report: Report): void {
  const folder = config.ImageFolder.trim();
  if (!folder.startsWith("/") || folder.split("/").includes("..")) {
    report("ImageFolder", "folder-not-absolute", { value: config.ImageFolder });
  } else if (config.Type === "FileConf" && /^\/+$/.test(folder)) {
    report("ImageFolder", "folder-is-root", { value: config.ImageFolder });
  }
  if (config.Type === "FileConf") return;
  if (!poolNamePattern.test(config.PoolName)) report("PoolName", "pool-name-invalid", { value: config.PoolName });
  if (config.MonAddrs.length === 0) report("MonAddrs", "monitors-missing");
  config.MonAddrs.forEach((entry, at) => {
    const [ip = "", port = "", ...rest] = entry.trim().split(":");
    const portOk = /^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
    if (parseIpv4(ip) === null || !portOk || rest.length > 0)
      report(`MonAddrs.${at}`, "monitor-malformed", { value: entry });
  });
  for (const { at, value } of repeated(config.MonAddrs.map((entry) => entry.trim())))
    report(`MonAddrs.${at}`, "monitor-repeated", { value });
  if (config.MonAddrs.length > 0 && config.MonAddrs.length % 2 === 0)
    report("MonAddrs", "monitors-even", { count: config.MonAddrs.length }, "advice");
}

function checkTimeAndNames(config: HaConfig, report: Report): void {
  const servers = config.ChronyServers.map((entry) => entry.trim());
  if (servers.length === 0) report("ChronyServers", "time-servers-missing");
  servers.forEach((value, at) => {
    if (parseIpv4(value) === null && !isHostName(value))
      report(`ChronyServers.${at}`, "time-server-invalid", { value });
  });
  for (const { at, value } of repeated(servers)) report(`ChronyServers.${at}`, "time-server-repeated", { value });
  adviseOnTime(config, servers, report);

  if (config.DNS.length === 0) report("DNS", "dns-missing");
  config.DNS.forEach((value, at) => {
    if (parseIpv4(value.trim()) === null) report(`DNS.${at}`, "address-invalid", { value });
  });
  for (const { at, value } of repeated(config.DNS.map((entry) => entry.trim())))
    report(`DNS.${at}`, "dns-repeated", { value }, "advice");
}

/** A17: a node in the list serves the others, never itself. So with nodes alone in it, nobody knows the real time. */
function adviseOnTime(config: HaConfig, servers: readonly string[], report: Report): void {
  const nodes = new Map(
    haNodes(config).flatMap((node) => [[node.ip, node.name] as const, [node.name, node.name] as const]),
  );
  const serving = servers.flatMap((server) => nodes.get(server) ?? []);
  if (serving.length === 0 || serving.length < servers.length) return;
  const [only] = serving;
  if (serving.length === 1 && only !== undefined)
    report("ChronyServers", "time-server-is-one-node", { node: only }, "advice");
  else report("ChronyServers", "time-servers-are-nodes", { nodes: serving.join(", ") }, "advice");
}

function isHostName(value: string): boolean {
  // All digits and dots would be a mistyped address, not a name.
  return (
    value.length <= 253 && !/^[0-9.]+$/.test(value) && value.split(".").every((label) => hostNamePattern.test(label))
  );
}
