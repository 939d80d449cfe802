import { type HaConfig, type HaNetwork, haNodes } from "@/contract/ha-config";
import { checkPerNode, type Report, repeated } from "@/contract/ha-config-values";
import { isLocallyAdministeredMac, isMulticastMac, parseMac } from "@/contract/mac-address";
import { isHostAddress, networkOf, parseIpv4, prefixLengthOf } from "@/lib/ipv4";

/** Linux refuses names of 16 bytes or more, and "/" and white space in them. */
const interfacePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

export function checkManagementVmNetworks(config: HaConfig, report: Report): void {
  if (config.Network.length === 0) {
    report("Network", "network-missing");
    return;
  }
  const management = config.Network.filter((network) => network.IsMgmt).length;
  if (management !== 1) report("Network", "management-network-count", { count: management });
  const routes = config.Network.filter((network) => network.IsDefRoute).length;
  if (routes > 1) report("Network", "default-route-count", { count: routes });
  if (routes === 0) report("Network", "default-route-missing", {}, "advice");

  const nodes = haNodes(config);
  const taken = new Map<string, string>(nodes.map((node) => [node.ip, `Node ${node.name}`]));
  config.Network.forEach((network, at) => {
    checkCard(network, `Network.${at}`, report);
    checkAddresses(
      network,
      `Network.${at}`,
      nodes.map((node) => node.name),
      taken,
      report,
    );
  });
  for (const { at, value } of repeated(config.Network.map((network) => network.MacAddress.toLowerCase())))
    report(`Network.${at}.MacAddress`, "mac-repeated", { value });
  for (const { at, value } of repeated(config.Network.map((network) => network.Bridge)))
    report(`Network.${at}.Bridge`, "bridge-repeated", { value }, "advice");
}

function checkCard(network: HaNetwork, path: string, report: Report): void {
  if (!interfacePattern.test(network.Bridge))
    report(`${path}.Bridge`, "bridge-name-invalid", { value: network.Bridge });
  const value = network.MacAddress;
  const mac = parseMac(value);
  // libvirt takes colons only.
  if (mac === null || value.includes("-") || mac === "00:00:00:00:00:00")
    report(`${path}.MacAddress`, "mac-invalid", { value });
  else if (isMulticastMac(mac)) report(`${path}.MacAddress`, "mac-multicast", { value });
  else if (!isLocallyAdministeredMac(mac)) report(`${path}.MacAddress`, "mac-not-local", { value }, "advice");
}

function checkAddresses(
  network: HaNetwork,
  path: string,
  nodeNames: readonly string[],
  taken: Map<string, string>,
  report: Report,
): void {
  const ips = checkPerNode(network.Ipaddr, `${path}.Ipaddr`, nodeNames, report, (value, problem) => {
    if (parseIpv4(value) === null) problem("address-invalid", { value });
  });
  const masks = checkPerNode(network.Netmask, `${path}.Netmask`, nodeNames, report, (value, problem) => {
    const length = prefixLengthOf(value);
    if (length === null || length === 0) problem("netmask-invalid", { value });
  });
  const gatewayEmpty = network.Gateway.trim() === "";
  if (gatewayEmpty) report(`${path}.Gateway`, "gateway-missing", {}, network.IsDefRoute ? "error" : "advice");
  const gateways = gatewayEmpty
    ? new Map<string, string>()
    : checkPerNode(network.Gateway, `${path}.Gateway`, nodeNames, report, (value, problem) => {
        if (parseIpv4(value) === null) problem("address-invalid", { value });
      });

  const said = new Set<string>();
  const once = (field: string, code: string, facts: Record<string, string>): void => {
    const key = `${field} ${code} ${JSON.stringify(facts)}`;
    if (!said.has(key)) report(`${path}.${field}`, code, facts);
    said.add(key);
  };
  for (const node of nodeNames) {
    const ip = ips.get(node);
    const address = parseIpv4(ip ?? "");
    const prefix = prefixLengthOf(masks.get(node) ?? "");
    if (ip === undefined || address === null || prefix === null || prefix === 0) continue;
    if (!isHostAddress(address, prefix)) once("Ipaddr", "address-not-a-host", { value: ip });
    const other = taken.get(ip);
    if (other !== undefined && other !== path) once("Ipaddr", "address-taken", { value: ip, by: other });
    taken.set(ip, other ?? path);
    const gatewayText = gateways.get(node);
    const gateway = parseIpv4(gatewayText ?? "");
    if (gatewayText === undefined || gateway === null) continue;
    if (networkOf(gateway, prefix) !== networkOf(address, prefix))
      once("Gateway", "gateway-outside-subnet", { value: gatewayText, address: `${ip}/${prefix}` });
    else if (gateway === address) once("Gateway", "gateway-is-address", { value: gatewayText });
  }
}
