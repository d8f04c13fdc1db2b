import type { Request, Response } from 'express';

/** Answers with an error in JSON. What the client still sends is read and dropped, or it would see a reset instead of the answer. */
export function refuse(request: Request, response: Response, status: number, detail: string): void {
  if (!request.readableEnded) request.resume();
  response.status(status).json({ detail });
}
