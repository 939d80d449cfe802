"use client";

import { Check, Copy, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";

/** Shorter: missed at a glance. Longer: a second copy looks as if it had not happened. */
const answerShownMs = 2000;

export interface CopyLabels {
  copy: string;
  copied: string;
  failed: string;
}

export interface CopyButtonProps extends Pick<ButtonProps, "variant" | "size" | "className"> {
  text: string;
  labels: CopyLabels;
  iconOnly?: boolean;
}

export function CopyButton({ text, labels, iconOnly = false, ...button }: CopyButtonProps) {
  const [answer, setAnswer] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (answer === null) return;
    const timer = setTimeout(() => setAnswer(null), answerShownMs);
    return () => clearTimeout(timer);
  }, [answer]);

  const word = answer === null ? labels.copy : labels[answer];
  const Icon = answer === null ? Copy : answer === "copied" ? Check : X;
  return (
    <Button
      variant="quiet"
      size="sm"
      {...button}
      aria-label={iconOnly ? word : undefined}
      onClick={() => void copyText(text).then((done) => setAnswer(done ? "copied" : "failed"))}
    >
      <Icon aria-hidden />
      {!iconOnly && <span aria-live="polite">{word}</span>}
    </Button>
  );
}
