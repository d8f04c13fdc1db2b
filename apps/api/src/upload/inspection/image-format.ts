/** The image formats that are accepted, with the media type and the file extension each is stored under. */
export const IMAGE_FORMATS = {
  png: { contentType: 'image/png', extension: 'png' },
  jpeg: { contentType: 'image/jpeg', extension: 'jpg' },
  webp: { contentType: 'image/webp', extension: 'webp' },
  tiff: { contentType: 'image/tiff', extension: 'tiff' },
  bmp: { contentType: 'image/bmp', extension: 'bmp' },
} as const;

export type ImageFormatName = keyof typeof IMAGE_FORMATS;
export type ImageFormat = (typeof IMAGE_FORMATS)[ImageFormatName];
