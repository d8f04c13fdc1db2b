CREATE TABLE "text_layers" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_stage";--> statement-breakpoint
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_has_owner_or_time";--> statement-breakpoint
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_has_ocr_job";--> statement-breakpoint
DROP INDEX "tasks_by_status";--> statement-breakpoint
DROP INDEX "tasks_parked";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "parent_id" uuid;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "page" integer;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "open_pages" integer;--> statement-breakpoint
ALTER TABLE "text_layers" ADD CONSTRAINT "text_layers_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_parent" FOREIGN KEY ("parent_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_pages" ON "tasks" USING btree ("parent_id","page") WHERE "tasks"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_pages_by_status" ON "tasks" USING btree ("status","id") WHERE "tasks"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_status" ON "tasks" USING btree ("status","id") WHERE "tasks"."parent_id" is null;--> statement-breakpoint
CREATE INDEX "tasks_parked" ON "tasks" USING btree (("parent_id" is not null),"parked_at","id") WHERE "tasks"."parked_at" is not null;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_page_of_document" CHECK (num_nonnulls("tasks"."parent_id", "tasks"."page") in (0, 2));--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_stage" CHECK ("tasks"."stage" in ('split', 'submit', 'poll', 'store'));--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_has_owner_or_time" CHECK (case when "tasks"."status" in ('queued', 'ocr_processing')
          then num_nonnulls("tasks"."claimed_by", "tasks"."due_at", "tasks"."parked_at") = case when "tasks"."open_pages" > 0 then 0 else 1 end
          else num_nonnulls("tasks"."claimed_by", "tasks"."due_at") = 0 end);--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_has_ocr_job" CHECK ("tasks"."status" <> 'ocr_processing' or num_nonnulls("tasks"."ocr_job_id", "tasks"."open_pages") = 1);