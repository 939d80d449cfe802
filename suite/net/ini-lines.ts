export interface IniLine {
  /** "section.name" in small letters. */
  key: string;
  section: string;
  value: string;
  /** As written, without the blanks around it. */
  line: string;
}

/** Settings of an INI file, as systemd-networkd and NetworkManager write them: comments and empty lines are left out. */
export function iniLines(text: string): IniLine[] {
  const lines: IniLine[] = [];
  let section = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("[")) {
      section = line.slice(1, -1).toLowerCase();
      continue;
    }
    const [name = "", ...rest] = line.split("=");
    lines.push({ key: `${section}.${name.trim().toLowerCase()}`, section, value: rest.join("=").trim(), line });
  }
  return lines;
}
