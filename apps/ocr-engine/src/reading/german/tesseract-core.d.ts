/** Tesseract 5 in WebAssembly, LSTM recogniser only, with SIMD. What is used of its C++ API. */
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  export interface TessBaseAPI {
    /** @param folder of `<language>.traineddata`, null for the root @returns 0 when it is ready */
    Init(folder: string | null, language: string, engine: number): number;
    SetPageSegMode(mode: number): void;
    /** Reads the file `/input`. @returns 1 when that is no image */
    SetImageFile(): number;
    SetSourceResolution(dotsAnInch: number): void;
    /** @returns 0 when it went well */
    Recognize(monitor: null): number;
    GetUTF8Text(): string;
    /** Forgets the image. */
    Clear(): void;
  }
  export interface TesseractCore {
    readonly FS: { writeFile(path: string, data: Uint8Array): void };
    readonly TessBaseAPI: new () => TessBaseAPI;
  }
  export default function create(settings: {
    print(line: string): void;
    printErr(line: string): void;
  }): Promise<TesseractCore>;
}
