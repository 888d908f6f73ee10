using System.Text;

namespace SparseRefine.Persistence;

/// <summary>
/// The two forms of one name: 'é' as one character (composed, Unicode's form C) or as 'e' and an accent (decomposed, form D). File systems of Linux and Windows hold them apart, that
/// of macOS writes what it is given and finds both, and tools that copy between them change one into the other.
/// </summary>
/// <remarks>
/// <see cref="string.Normalize()"/> does nothing where globalization is invariant, as in the tool, which runs without ICU. The table has the letters of Latin, Greek, Cyrillic, Arabic and kana
/// with their marks, as Unicode 16 has them; Hangul is computed. Other characters stay, and marks are taken in the order in which they stand. Thread-safe.
/// </remarks>
/// <example><code>NameForm.Composed("e\u0301") == "\u00e9"</code></example>
public static class NameForm
{
    private const int Hangul = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int Lead = 0x1100;
    private const int Vowel = 0x1161;
    private const int Tail = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;

    // Of each mark: a letter and the letter with the mark, and so on.
    private static readonly (int Mark, string Letters)[] Table =
    [
        (0x0300, "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸ"),
        (0x0300, "υὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ¨῭ΟῸΩῺ"),
        (0x0301, "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓ"),
        (0x0301, "PṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞"),
        (0x0302, "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
        (0x0303, "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
        (0x0304, "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ"),
        (0x0306, "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ"),
        (0x0307, "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ"),
        (0x0308, "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ"),
        (0x0309, "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
        (0x030A, "AÅaåUŮuůwẘyẙ"),
        (0x030B, "OŐoőUŰuűУӲуӳ"),
        (0x030C, "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"),
        (0x030F, "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ"),
        (0x0311, "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
        (0x0313, "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ"),
        (0x0314, "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ"),
        (0x031B, "OƠoơUƯuư"),
        (0x0323, "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ"),
        (0x0324, "UṲuṳ"),
        (0x0325, "AḀaḁ"),
        (0x0326, "SȘsșTȚtț"),
        (0x0327, "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
        (0x0328, "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
        (0x032D, "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
        (0x032E, "HḪhḫ"),
        (0x0330, "EḚeḛIḬiḭUṴuṵ"),
        (0x0331, "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
        (0x0338, "←↚→↛↔↮⇐⇍⇔⇎⇒⇏∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉=≠≡≢≍≭<≮>≯≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁⊂⊄⊃⊅⊆⊈⊇⊉⊢⊬⊨⊭⊩⊮⊫⊯≼⋠≽⋡⊑⋢⊒⋣⊲⋪⊳⋫⊴⋬⊵⋭"),
        (0x0342, "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ¨῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ"),
        (0x0345, "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳάᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ"),
        (0x0653, "اآ"),
        (0x0654, "اأوؤيئەۀہۂےۓ"),
        (0x0655, "اإ"),
        (0x3099, "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ"),
        (0x309A, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ];

    private static readonly Dictionary<(char Letter, char Mark), char> Pairs = Table
        .SelectMany(row => row.Letters.Chunk(2), (row, pair) => (Key: (pair[0], (char)row.Mark), pair[1]))
        .ToDictionary(pair => pair.Key, pair => pair.Item2);

    private static readonly Dictionary<char, (char Letter, char Mark)> Parts = Pairs.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Letters and their marks as one character each, where there is one.</summary>
    /// <param name="name">Any text; ASCII is returned as it is.</param>
    public static string Composed(string name)
    {
        if (Ascii.IsValid(name))
        {
            return name;
        }

        StringBuilder text = new(name.Length);
        foreach (char next in name)
        {
            if (text.Length > 0 && Pair(text[^1], next) is char both)
            {
                text[^1] = both;
            }
            else
            {
                text.Append(next);
            }
        }

        return text.ToString();
    }

    /// <summary>Letters apart from their marks.</summary>
    /// <param name="name">Any text; ASCII is returned as it is.</param>
    public static string Decomposed(string name)
    {
        if (Ascii.IsValid(name))
        {
            return name;
        }

        StringBuilder text = new(name.Length * 2);
        foreach (char next in name)
        {
            AddParts(text, next);
        }

        return text.ToString();
    }

    private static void AddParts(StringBuilder text, char letter)
    {
        if (letter is >= (char)Hangul and <= (char)HangulLast)
        {
            int syllable = letter - Hangul;
            text.Append((char)(Lead + (syllable / Tails / Vowels))).Append((char)(Vowel + (syllable / Tails % Vowels)));
            if (syllable % Tails > 0)
            {
                text.Append((char)(Tail + (syllable % Tails)));
            }
        }
        else if (Parts.TryGetValue(letter, out (char Letter, char Mark) parts))
        {
            AddParts(text, parts.Letter);
            text.Append(parts.Mark);
        }
        else
        {
            text.Append(letter);
        }
    }

    private static char? Pair(char letter, char next) =>
        Pairs.TryGetValue((letter, next), out char both) ? both
        : letter - Lead is >= 0 and < 19 && next - Vowel is >= 0 and < Vowels ? (char)(Hangul + ((((letter - Lead) * Vowels) + next - Vowel) * Tails))
        : letter is >= (char)Hangul and <= (char)HangulLast && (letter - Hangul) % Tails == 0 && next - Tail is > 0 and < Tails ? (char)(letter + next - Tail)
        : null;
}
