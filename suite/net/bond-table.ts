export interface ShownBond {
  name: string;
  members: string[];
  options: string;
}

export interface ShownDevice {
  name: string;
  kind: string;
  ports: string[];
  addresses: string[];
  mtu: number;
  state: string;
}

/** The manual's table (1.2.2): one row per member, name and options beside the first. */
export function bondTable(bonds: readonly ShownBond[]): string {
  const rows = bonds.flatMap((bond) => {
    const members = bond.members.length === 0 ? [""] : bond.members;
    return members.map((member, at) => [at === 0 ? bond.name : "", member, at === 0 ? bond.options : ""]);
  });
  // The widths of the manual's own table.
  return table(["Bond Name", "SLAVE(s)", "BONDING_OPTS"], rows, [9, 13, 43]);
}

export function deviceTable(devices: readonly ShownDevice[]): string {
  const rows = devices.map((device) => [
    device.name,
    device.kind,
    device.ports.join(" ") || "-",
    device.addresses.join(" ") || "-",
    String(device.mtu),
    device.state,
  ]);
  return table(["Device", "Kind", "Port(s)", "Address", "MTU", "State"], rows, [9, 6, 8, 18, 4, 5]);
}

function table(header: readonly string[], rows: readonly (readonly string[])[], minimum: readonly number[]): string {
  const widths = header.map((title, at) =>
    Math.max(title.length, minimum[at] ?? 0, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = "-".repeat(line(header).length);
  return [rule, line(header), rule, ...rows.map(line), rule].join("\n");
}
