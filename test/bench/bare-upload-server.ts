/** What ingest is measured against: Express and multer's disk storage, and nothing else. */
import { tmpdir } from 'node:os';
import express from 'express';
import multer from 'multer';

const upload = multer({ storage: multer.diskStorage({ destination: process.env['BENCH_UPLOADS'] ?? tmpdir() }) });
const app = express();
app.post('/upload', upload.single('file'), (req, res) => {
  res.status(201).json({ path: req.file?.filename });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit(0));
