"use client";

import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/** Shorter: tips flash while the pointer crosses a table. Longer: they feel broken. */
const openDelayMs = 350;

export interface TooltipProps {
  content: ReactNode;
  /** One focusable element that takes a ref. */
  children: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
}

export function Tooltip({ content, children, side = "top" }: TooltipProps) {
  return (
    <Primitive.Provider delayDuration={openDelayMs}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-80 rounded-md bg-ink px-2.5 py-1.5 text-xs text-panel shadow-pop text-balance"
          >
            {content}
            <Primitive.Arrow className="fill-ink" width={9} height={4} />
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
