/** Commands a person types, in the order of the manual's help; hidden ones are not among them. */
export const publicCommands = [
  "install",
  "uninstall",
  "check-config",
  "config-sample",
  "export-config",
  "import-config",
  "migrate",
  "status",
  "status-conf",
  "profile",
  "stop",
  "start",
] as const;
