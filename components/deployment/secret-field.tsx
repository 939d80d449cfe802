"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { useErrorText } from "@/components/deployment/report-text";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** A secret goes to the server's sealed store on its own and never comes back; the field only says whether one is kept. */
export function SecretField({
  kind,
  path,
  label,
  help,
  stored,
}: {
  kind: "cephKey" | "platformPassword";
  path: string;
  label: ReactNode;
  help: ReactNode;
  stored: boolean;
}) {
  const t = useTranslations("deployment.field");
  const trpc = useTRPC();
  const errorText = useErrorText();
  const problem = useFieldProblem(path);
  const { draft, saver } = useDraft();
  const [text, setText] = useState("");
  const answered = {
    onSuccess: (view: Parameters<typeof saver.accept>[0]) => saver.accept(view),
    onSettled: () => setText(""),
  };
  const cephKey = useMutation(trpc.deployment.storeCephKey.mutationOptions(answered));
  const password = useMutation(trpc.deployment.storePlatformPassword.mutationOptions(answered));
  const { error, isPending } = kind === "cephKey" ? cephKey : password;
  const store = async () => {
    await saver.flush();
    if (kind === "cephKey") cephKey.mutate({ draftId: draft.id, key: text });
    else password.mutate({ draftId: draft.id, password: text });
  };
  return (
    <Field
      label={label}
      help={help}
      note={stored ? t("stored") : undefined}
      error={error ? errorText(error) : problem.error}
    >
      {(control) => (
        <span className="flex gap-2">
          <Input
            {...control}
            type="password"
            autoComplete="off"
            placeholder={stored ? t("storedPlaceholder") : ""}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button
            pending={isPending}
            disabledReason={text.trim() === "" ? t("typeFirst") : null}
            onClick={() => void store()}
          >
            {stored ? t("replace") : t("store")}
          </Button>
        </span>
      )}
    </Field>
  );
}
