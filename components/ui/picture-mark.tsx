import { markInks, type MarkState, markShapes } from "@/components/ui/state-mark";

export interface PictureMarkProps {
  state: MarkState;
  x: number;
  y: number;
  size?: number;
}

/** A state's shape inside a picture. Its word stands beside it, or is the name of what it marks. */
export function PictureMark({ state, x, y, size = 16 }: PictureMarkProps) {
  return (
    <svg aria-hidden x={x} y={y} width={size} height={size} viewBox="0 0 16 16" className={markInks[state]}>
      {markShapes[state]}
    </svg>
  );
}
