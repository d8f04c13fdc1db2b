import type { Random } from '../../../chaos/random.ts';
import type { Language } from './truth.ts';

/** Invented goods, firms and sentences: nothing on a page is real. */
interface Vocabulary {
  readonly titles: readonly string[];
  readonly headings: readonly string[];
  readonly sentences: readonly string[];
  readonly goods: readonly string[];
  readonly remarks: readonly string[];
  readonly columns: readonly string[];
  readonly groups: readonly string[];
}

const english: Vocabulary = {
  titles: ['Delivery note', 'Stock report', 'Inspection record', 'Price list', 'Order confirmation'],
  headings: ['Scope of delivery', 'Remarks', 'Terms', 'Summary of results', 'Next steps'],
  sentences: [
    'All parts were checked before they left the works.',
    'Please count the boxes while the driver waits and note any damage here.',
    'The goods remain the property of Larkfield Machine Works until they are paid for.',
    'Questions are answered by the office in Northbrook, room 12, on weekdays.',
    'Prices are without tax and valid for 30 days.',
    'Two samples of each batch are kept for five years (see form Q-17).',
    'The measured values lie within the limits of drawing 4402-B.',
    'Empty pallets will be collected with the next delivery.',
  ],
  goods: [
    'Hexagon bolts',
    'Flat washers',
    'Ball bearing',
    'Rubber feet',
    'Aluminium profile',
    'Cable duct',
    'Hinge, steel',
    'Spring pin',
    'Gear wheel',
    'Oil seal',
    'Door handle',
    'Copper pipe',
    'Wall bracket',
    'Drive belt',
    'Filter mat',
  ],
  remarks: [
    'checked',
    'fragile',
    'in stock',
    'two metres long',
    'zinc plated',
    'on request',
    'spare part',
    'new',
    'see note 3',
  ],
  columns: ['Pos', 'Item', 'Qty', 'Unit', 'Price', 'Amount', 'Remark', 'Date', 'Part no.', 'Weight'],
  groups: ['Ordered', 'Delivered', 'Dimensions', 'First half', 'Second half'],
};

const german: Vocabulary = {
  titles: ['Lieferschein', 'Lagerliste', 'Prüfprotokoll', 'Preisliste', 'Auftragsbestätigung'],
  headings: ['Lieferumfang', 'Bemerkungen', 'Bedingungen', 'Zusammenfassung', 'Nächste Schritte'],
  sentences: [
    'Alle Teile wurden vor dem Versand geprüft und gewogen.',
    'Bitte zählen Sie die Kartons im Beisein des Fahrers und vermerken Sie Schäden.',
    'Die Ware bleibt bis zur vollständigen Bezahlung Eigentum der Lerchenfeld Werke.',
    'Rückfragen beantwortet das Büro in Nordbach, Zimmer 12, an Werktagen.',
    'Die Preise gelten ohne Steuer und für 30 Tage.',
    'Zwei Muster jeder Charge werden fünf Jahre lang aufbewahrt (Formblatt Q-17).',
    'Die gemessenen Werte liegen innerhalb der Grenzen der Zeichnung 4402-B.',
    'Leere Paletten nehmen wir bei der nächsten Lieferung mit.',
  ],
  goods: [
    'Sechskantschraube',
    'Unterlegscheibe',
    'Kugellager',
    'Gummifuß',
    'Aluprofil',
    'Kabelkanal',
    'Scharnier, Stahl',
    'Spannstift',
    'Zahnrad',
    'Öldichtung',
    'Türgriff',
    'Kupferrohr',
    'Wandhalter',
    'Antriebsriemen',
    'Filtermatte',
  ],
  remarks: [
    'geprüft',
    'zerbrechlich',
    'am Lager',
    'zwei Meter lang',
    'verzinkt',
    'auf Anfrage',
    'Ersatzteil',
    'neu',
    'siehe Nr. 3',
  ],
  columns: ['Pos', 'Artikel', 'Menge', 'Einheit', 'Preis', 'Betrag', 'Hinweis', 'Datum', 'Teile-Nr.', 'Gewicht'],
  groups: ['Bestellt', 'Geliefert', 'Maße', 'Erstes Halbjahr', 'Zweites Halbjahr'],
};

const chinese: Vocabulary = {
  titles: ['送货单', '库存报表', '检验记录', '价格清单', '订单确认书'],
  headings: ['交货范围', '备注说明', '付款条件', '结果汇总', '后续安排'],
  sentences: [
    '所有零件出厂前均已逐件检验并称重。',
    '请收货人当面清点箱数，如有破损请在本单上注明。',
    '货款付清之前，货物所有权仍归云溪虚构机械有限公司。',
    '如有疑问，请在工作日联系示例市想象路十八号办公室。',
    '以上价格不含税，有效期为三十天。',
    '每批留样两件，保存五年。',
    '实测数值均在图纸4402-B规定的范围之内。',
    '空托盘将在下次送货时一并收回。',
  ],
  goods: [
    '不锈钢螺栓',
    '平垫圈',
    '密封轴承',
    '橡胶垫脚',
    '铝合金型材',
    '电缆线槽',
    '钢制合页',
    '弹性销',
    '传动齿轮',
    '油封',
    '门把手',
    '紫铜管',
    '墙面支架',
    '传动皮带',
    '过滤棉',
  ],
  remarks: ['已检验', '请轻放', '有现货', '长度两米', '镀锌', '需预订', '备件', '新品', '见说明三'],
  columns: ['序号', '货物名称', '数量', '单位', '单价', '金额', '备注', '日期', '编号', '重量'],
  groups: ['订货情况', '到货情况', '外形尺寸', '上半年', '下半年'],
};

export const VOCABULARY: Readonly<Record<Language, Vocabulary>> = {
  English: english,
  German: german,
  Chinese: chinese,
};

/** What stands in a column of a table. */
export type ColumnKind = 'count' | 'amount' | 'goods' | 'remark' | 'date' | 'code';

export function cellText(kind: ColumnKind, language: Language, random: Random): string {
  const words = VOCABULARY[language];
  switch (kind) {
    case 'count':
      return String(random.whole(1, 900));
    case 'amount':
      return new Intl.NumberFormat(language === 'German' ? 'de-DE' : 'en-US', { minimumFractionDigits: 2 }).format(
        random.whole(100, 4_000_000) / 100,
      );
    case 'goods':
      return `${random.pick(words.goods)}${random.chance(0.5) ? ` M${random.whole(3, 24)}` : ''}`;
    case 'remark':
      return random.pick(words.remarks);
    case 'date': {
      const [year, month, day] = [random.whole(2024, 2027), random.whole(1, 12), random.whole(1, 28)];
      if (language === 'German') return `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year}`;
      return language === 'Chinese'
        ? `${year}年${month}月${day}日`
        : `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    }
    case 'code':
      return `${random.pick(['A', 'B', 'K', 'SH', 'TR'])}${random.whole(1000, 99_999)}`;
  }
}
