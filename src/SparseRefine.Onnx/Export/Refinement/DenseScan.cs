using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// The dense model's answer at the photo's size, band by band: a band of rows of interpolated scores is in memory at a time, and only what is one number a pixel stays.
/// </summary>
internal sealed class DenseScan
{
    private readonly OnnxGraph _graph;
    private readonly string _cells;
    private readonly int _classes;
    private readonly PhotoGraph _photo;
    private readonly Interpolation _mode;

    /// <param name="graph">Where nodes go.</param>
    /// <param name="planes">Logits [classes, h, w].</param>
    /// <param name="map">The same in rows.</param>
    /// <param name="classes">Their number.</param>
    /// <param name="photo">Whose size the answer has.</param>
    /// <param name="mode">How logits are read.</param>
    public DenseScan(OnnxGraph graph, string planes, PixelMap map, int classes, PhotoGraph photo, Interpolation mode)
    {
        // Of two classes only the difference of the scores matters, which halves the work; interpolation and difference commute. Reading across moves all classes of a sample at once.
        _cells = classes == 2
            ? graph.Transpose(graph.Sub(graph.Gather(planes, graph.Integers(1)), graph.Gather(planes, graph.Integers(0))), 1, 2, 0)
            : graph.Reshape(map.Rows, graph.Concat(0, map.Height, map.Width, graph.Integers(classes)));
        _graph = graph;
        _classes = classes;
        _photo = photo;
        _mode = mode;
    }

    /// <summary>The classes of all pixels, [pixels] uint8.</summary>
    public string Labels { get; private set; } = "";

    /// <summary>Entropies in nats, [pixels] float32; empty unless asked for.</summary>
    public string Entropy { get; private set; } = "";

    /// <summary>Probabilities of <see cref="Labels"/>, [pixels] float32; empty unless asked for.</summary>
    public string MaxScore { get; private set; } = "";

    /// <summary>What the selector selects, [pixels] bool; empty unless it looks at one pixel by itself.</summary>
    public string Mask { get; private set; } = "";

    /// <summary>Scans the photo.</summary>
    /// <param name="selector">Whose mask is made, where it looks at one pixel by itself.</param>
    /// <param name="needsEntropy">Whether entropies are kept.</param>
    /// <param name="needsMaxScore">Whether the winners' probabilities are kept.</param>
    public void Run(IPixelSelector? selector, bool needsEntropy, bool needsMaxScore)
    {
        OnnxGraph g = _graph;
        string zero = g.Integers(0);
        string perRow = g.Mul(_photo.Width, g.Integers(_classes == 2 ? 1 : _classes));
        string band = g.Min(_photo.Height, g.Max(g.Integers(1), g.Div(g.Integers(g.BlockValues), perRow)));
        string offsets = g.Range(zero, band);
        string mapHeight = g.Size(_cells, 0);
        AxisReading columns = AxisReading.Locate(g, g.Range(zero, _photo.Width), g.Size(_cells, 1), _photo.Width, _mode);
        if (columns.Weight is string weight)
        {
            // As wide as what it weighs, so that a product runs over whole rows.
            string planes = g.Integers(_classes == 2 ? 1 : _classes);
            columns = columns with { Weight = g.Node("Expand", [g.Unsqueeze(weight, 1), g.Concat(0, _photo.Width, planes)]) };
        }

        string[] found = g.Loop(g.CeilingDiv(_photo.Height, band), (body, round) =>
        {
            // The last band reaches beyond the photo: its rows are those of the edge, and cut off behind the loop.
            string last = body.Sub(_photo.Height, body.Integers(1));
            string rows = body.Min(body.Add(body.Mul(round, band), offsets), last);
            string scores = Interpolate(body, AxisReading.Locate(body, rows, mapHeight, _photo.Height, _mode), columns);
            return _classes == 2 ? OfTwo(body, scores, selector, needsEntropy, needsMaxScore) : OfMany(body, scores, selector, needsEntropy, needsMaxScore);
        });
        string all = g.Range(zero, _photo.Height);
        var parts = new Queue<string>(found.Select(value => Flat(value, all)));
        Labels = parts.Dequeue();
        Mask = MakesMask(selector) ? parts.Dequeue() : "";
        Entropy = needsEntropy ? parts.Dequeue() : "";
        MaxScore = needsMaxScore ? parts.Dequeue() : "";
    }

    private static bool MakesMask(IPixelSelector? selector) => selector is EntropySelector or MarginSelector;

    // [bands, rows x width] to [pixels].
    private string Flat(string value, string rows)
    {
        string lines = _graph.Reshape(value, _graph.Concat(0, _graph.Integers(-1), _photo.Width));
        return _graph.Reshape(_graph.Gather(lines, rows), -1);
    }

    // [classes, band x width], read across first, on the few rows of the map that the band lies between.
    private string Interpolate(OnnxGraph body, AxisReading rows, AxisReading columns)
    {
        int planes = _classes == 2 ? 1 : _classes;
        string Across(string lines)
        {
            string first = body.Gather(lines, columns.First, 1);
            string read = columns.Second is null ? first : AxisReading.Mix(body, first, body.Gather(lines, columns.Second, 1), columns.Weight!);
            return body.Transpose(read, 2, 0, 1);
        }

        if (rows.Second is null)
        {
            return body.Reshape(Across(body.Gather(_cells, rows.First)), planes, -1);
        }

        string start = body.Gather(rows.First, body.Integers(0));
        string end = body.Add(body.Gather(rows.Second, body.Integers(-1)), body.Integers(1));
        string wide = Across(body.Gather(_cells, body.Range(start, end)));
        return body.Reshape(Down(body, rows, start, end, wide), planes, -1);
    }

    // a + w (b - a) of two rows of many, as one product with the rows and their differences instead of five passes over the scores. Rows that are equal give just themselves, so that
    // pixels of equal scores stay equal: the selectors that take a number of pixels take the first of equal ones.
    private static string Down(OnnxGraph body, AxisReading rows, string start, string end, string wide)
    {
        string one = body.Integers(1);
        string lines = body.Range(start, end);
        string next = body.Sub(body.Min(body.Add(lines, one), body.Sub(end, one)), start);
        string both = body.Concat(1, wide, body.Sub(body.Gather(wide, next, 1), wide));
        string isFirst = body.Node("Equal", [body.Unsqueeze(rows.First, 1), lines]);
        string weights = body.Where(isFirst, body.Unsqueeze(rows.Weight!, 1), body.Scalar(0f));
        return body.MatMul(body.Concat(1, body.Cast(isFirst, OnnxGraph.Float), weights), both);
    }

    // With d = z1 - z0 and a = |d|: the sum of exp(z - max) is s = 1 + exp(-a), -ln p of the winner ln s and of the other a + ln s.
    private static (string, int)[] OfTwo(OnnxGraph g, string difference, IPixelSelector? selector, bool needsEntropy, bool needsMaxScore)
    {
        string d = g.Reshape(difference, -1);
        string a = g.Node("Abs", [d]);
        List<(string, int)> values = [(g.Cast(g.Greater(d, g.Scalar(0f)), OnnxGraph.UInt8), OnnxGraph.UInt8)];
        if (MakesMask(selector))
        {
            // Entropy falls and margin rises with a, so one comparison does.
            float most = selector is MarginSelector margin ? PairLimits.OfMargin(margin.Margin) : PairLimits.OfEntropy(((EntropySelector)selector!).Threshold);
            values.Add((g.Node("Less", [a, g.Scalar(most)]), OnnxGraph.Bool));
        }

        if (needsEntropy || needsMaxScore)
        {
            string q = g.Exp(g.Neg(a));
            string sum = g.Add(q, g.Scalar(1f));
            if (needsEntropy)
            {
                string log = g.Log(sum);
                string other = g.Mul(q, g.Min(g.Add(a, log), g.Scalar(-PlaneSoftmax.SmallestLog)));
                values.Add((g.Div(g.Add(log, other), sum), OnnxGraph.Float));
            }

            if (needsMaxScore)
            {
                values.Add((g.Div(g.Scalar(1f), sum), OnnxGraph.Float));
            }
        }

        return [.. values];
    }

    private (string, int)[] OfMany(OnnxGraph g, string z, IPixelSelector? selector, bool needsEntropy, bool needsMaxScore)
    {
        string winner = g.ArgMax(z, 0);
        List<(string, int)> values = [(g.Cast(winner, OnnxGraph.UInt8), OnnxGraph.UInt8)];
        PlaneSoftmax softmax = new(g, z, _classes);
        string? entropy = needsEntropy || selector is EntropySelector ? softmax.Entropy() : null;
        if (selector is EntropySelector e)
        {
            values.Add((g.Greater(entropy!, g.Scalar(e.Threshold)), OnnxGraph.Bool));
        }
        else if (selector is MarginSelector m)
        {
            // The second best is the best of the others; an equal one counts.
            string classes = g.Reshape(g.Range(g.Integers(0), g.Integers(_classes)), -1, 1);
            string others = g.Where(g.Node("Equal", [classes, winner]), g.Scalar(0f), softmax.Exponentials);
            string margin = g.Div(g.Sub(g.Scalar(1f), PlaneSoftmax.Greatest(g, others, _classes)), softmax.Sum);
            values.Add((g.Node("Less", [margin, g.Scalar(m.Margin)]), OnnxGraph.Bool));
        }

        if (needsEntropy)
        {
            values.Add((entropy!, OnnxGraph.Float));
        }

        if (needsMaxScore)
        {
            values.Add((g.Div(g.Scalar(1f), softmax.Sum), OnnxGraph.Float));
        }

        return [.. values];
    }
}
