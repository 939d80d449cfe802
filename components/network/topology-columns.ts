/** Where each kind of thing stands in the picture, left to right. */
export const columns = {
  node: { x: 8, width: 142 },
  network: { x: 172, width: 212 },
  bond: { x: 408, width: 104 },
  nic: { x: 536, width: 158 },
  far: { x: 770, width: 342 },
} as const;
/** Within the far side: who it is stands right of what each port says. */
export const farNameX = columns.far.x + 206;
export const pictureWidth = 1120;

/** A text cut to what fits: pictures do not wrap. The whole of it stands in the table. */
export function fit(text: string, width: number, perCharacter: number): string {
  const units = (sign: string) => (/[\u2e80-\uffff]/.test(sign) ? 1.75 : 1);
  let used = 0;
  let kept = "";
  for (const sign of text) {
    used += units(sign) * perCharacter;
    if (used > width) return `${kept.slice(0, -1)}…`;
    kept += sign;
  }
  return kept;
}
