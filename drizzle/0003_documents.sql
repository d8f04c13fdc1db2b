CREATE TABLE "ocr_documents" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"raw_sha256" text NOT NULL,
	"document_version" integer NOT NULL,
	"document" "bytea" NOT NULL,
	"derived_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ocr_documents" ADD CONSTRAINT "ocr_documents_task_id_ocr_results_task_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."ocr_results"("task_id") ON DELETE cascade ON UPDATE no action;