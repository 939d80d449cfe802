/** Whose figures a chunk holds. Stored: never renamed. */
export const panelSubject = "panel";
export const clusterSubject = (clusterId: string): string => `cluster:${clusterId}`;
export const nodeSubject = (clusterId: string, node: string): string => `node:${clusterId}/${node}`;
