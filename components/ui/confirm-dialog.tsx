"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will be lost or changed, named. */
  consequence: ReactNode;
  confirmLabel: string;
  cancelLabel: string;
  closeLabel: string;
  onConfirm: () => void;
  pending?: boolean;
  danger?: boolean;
  /** The word that must be typed, with its own texts. Absent: one click confirms. */
  typed?: { word: string; label: ReactNode; mismatchReason: string };
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const { typed, onOpenChange } = props;
  const matches = typed === undefined || text.trim() === typed.word;
  const change = (open: boolean) => {
    setText("");
    onOpenChange(open);
  };
  return (
    <Dialog
      open={props.open}
      onOpenChange={change}
      title={props.title}
      closeLabel={props.closeLabel}
      size="sm"
      footer={
        <>
          <Button onClick={() => change(false)}>{props.cancelLabel}</Button>
          <Button
            variant={props.danger ? "danger" : "primary"}
            pending={props.pending}
            disabledReason={matches ? null : typed.mismatchReason}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div>{props.consequence}</div>
        {typed && (
          <Field label={typed.label}>
            {(control) => (
              <Input
                {...control}
                mono
                autoComplete="off"
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        )}
      </div>
    </Dialog>
  );
}
