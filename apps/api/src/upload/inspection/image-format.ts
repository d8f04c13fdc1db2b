/** The formats that are accepted, images and documents of several pages, with the media type and the file extension each is stored under. */
export const IMAGE_FORMATS = {
  png: { contentType: 'image/png', extension: 'png' },
  jpeg: { contentType: 'image/jpeg', extension: 'jpg' },
  webp: { contentType: 'image/webp', extension: 'webp' },
  tiff: { contentType: 'image/tiff', extension: 'tiff' },
  bmp: { contentType: 'image/bmp', extension: 'bmp' },
  pdf: { contentType: 'application/pdf', extension: 'pdf' },
} as const;

export type ImageFormatName = keyof typeof IMAGE_FORMATS;
export type ImageFormat = (typeof IMAGE_FORMATS)[ImageFormatName];
