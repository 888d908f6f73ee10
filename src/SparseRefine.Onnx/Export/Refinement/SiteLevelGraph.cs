namespace SparseRefine.Onnx.Export;

/// <summary>
/// A level of the selected pixels in the graph. Its sites stand in chunks of <see cref="ChunkRows"/> rows, so that what a convolution gathers is never larger than a chunk's. All
/// rows of the first chunk stand for no site and are zeros: row 0 is what a missing neighbour reads. So are there always rows, also where nothing is selected. Rows behind
/// the last site hold numbers that nothing reads.
/// </summary>
internal sealed class SiteLevelGraph
{
    /// <param name="graph">Where nodes go.</param>
    /// <param name="indices">Sites, ascending, int64.</param>
    /// <param name="height">[1].</param>
    /// <param name="width">[1].</param>
    /// <param name="chunkRows">Rows of a chunk.</param>
    public SiteLevelGraph(OnnxGraph graph, string indices, string height, string width, int chunkRows)
    {
        Indices = indices;
        Height = height;
        Width = width;
        ChunkRows = chunkRows;
        string rows = graph.Integers(chunkRows);
        Count = graph.Size(indices, 0);
        Chunks = graph.Add(graph.CeilingDiv(Count, rows), graph.Integers(1));
        Behind = graph.Sub(graph.Mul(graph.Sub(Chunks, graph.Integers(1)), rows), Count);
        Chunked = Chunk(graph, indices);
        Stride = graph.Add(width, graph.Integers(2));
    }

    /// <summary>Sites, [count] int64.</summary>
    public string Indices { get; }

    /// <summary>Sites, [1].</summary>
    public string Count { get; }

    /// <summary>Rows of the grid, [1].</summary>
    public string Height { get; }

    /// <summary>Columns of the grid, [1].</summary>
    public string Width { get; }

    /// <summary>Rows of a chunk.</summary>
    public int ChunkRows { get; }

    /// <summary>Chunks, [1].</summary>
    public string Chunks { get; }

    // Rows behind the last site, [1].
    private string Behind { get; }

    // [chunks, chunk rows] int64: the sites.
    private string Chunked { get; }

    // Columns of the grid with a border of one cell.
    private string Stride { get; }

    // The grid with its border, flat: a site's row, 0 elsewhere.
    private string? _grid;

    /// <summary>The pixels of a chunk.</summary>
    public Pixels PixelsOf(OnnxGraph body, string round) => Pixels.Of(body, body.Gather(Chunked, round), Height, Width);

    /// <summary>1 in all chunks that hold sites, 0 in the first, without a shape.</summary>
    public static string Keep(OnnxGraph body, string round, int type) => body.Cast(body.Greater(round, body.Integer(0)), type);

    /// <summary>From int64 numbers of the sites, [count], to [chunks, chunk rows].</summary>
    public string Chunk(OnnxGraph graph, string values)
    {
        string padded = graph.Concat(0, graph.Fill(graph.Integers(ChunkRows), OnnxGraph.Int64), values, graph.Fill(Behind, OnnxGraph.Int64));
        return graph.Reshape(padded, -1, ChunkRows);
    }

    /// <summary>From planes of the sites, [planes, count] of float32, to [planes, chunks, chunk rows].</summary>
    public string Pad(OnnxGraph graph, string values, int planes)
    {
        string Zeros(string count) => graph.Fill(graph.Concat(0, graph.Integers(planes), count), OnnxGraph.Float);
        return graph.Reshape(graph.Concat(1, Zeros(graph.Integers(ChunkRows)), values, Zeros(Behind)), planes, -1, ChunkRows);
    }

    /// <summary>From [chunks, chunk rows] to what belongs to the sites, [count].</summary>
    public string Trim(OnnxGraph graph, string values)
    {
        string first = graph.Integers(ChunkRows);
        return graph.Gather(graph.Reshape(values, -1), graph.Range(first, graph.Add(first, Count)));
    }

    /// <summary>The next level: cells of 2 x 2.</summary>
    public SiteLevelGraph Halve(OnnxGraph graph, int chunkRows)
    {
        string two = graph.Integers(2);
        string height = graph.CeilingDiv(Height, two);
        string width = graph.CeilingDiv(Width, two);
        Pixels fine = Pixels.Of(graph, Indices, Height, Width);
        string cells = graph.Add(graph.Mul(graph.Div(fine.Y, two), width), graph.Div(fine.X, two));
        string empty = graph.Fill(graph.Mul(height, width), OnnxGraph.UInt8);
        string marked = graph.Scatter(empty, cells, graph.Fill(Count, OnnxGraph.UInt8, 1));
        return new SiteLevelGraph(graph, graph.NonZero(marked), height, width, chunkRows);
    }

    /// <summary>The nine neighbours of each site, [chunks, chunk rows, 9] int32 rows of this level.</summary>
    public string Neighbors(OnnxGraph graph) => Window(graph, this, 1);

    /// <summary>The nine finer sites around each site of this level, [chunks, chunk rows, 9] int32 rows of the finer level.</summary>
    public string Down(OnnxGraph graph, SiteLevelGraph fine) => Window(graph, fine, 2);

    /// <summary>The place of each site of this level in its cell of the coarser one, [chunks, chunk rows] int32: 4 x the cell's row + 2 where it is in the lower half + 1 in the right one.</summary>
    public string Up(OnnxGraph graph, SiteLevelGraph coarse)
    {
        string grid = coarse.Grid(graph);
        return graph.Loop(Chunks, (body, round) =>
        {
            Pixels pixels = PixelsOf(body, round);
            string two = body.Integers(2);
            string y = body.Div(pixels.Y, two);
            string x = body.Div(pixels.X, two);
            string row = body.Cast(body.Gather(grid, coarse.Cell(body, y, x)), OnnxGraph.Int64);

            // 4 row + 2 (Y - 2 y) + (X - 2 x).
            string above = body.Sub(body.Add(pixels.Y, body.Mul(row, two)), body.Mul(y, two));
            string place = body.Add(body.Mul(above, two), body.Sub(pixels.X, body.Mul(x, two)));
            return [(Own(body, round, body.Cast(place, OnnxGraph.Int32)), OnnxGraph.Int32)];
        })[0];
    }

    // The window around a place of the finer grid, `scale` times this one's.
    private string Window(OnnxGraph graph, SiteLevelGraph fine, long scale)
    {
        string grid = fine.Grid(graph);
        string lines = graph.Mul(graph.Reshape(graph.Integers(-1, -1, -1, 0, 0, 0, 1, 1, 1), 1, 9), fine.Stride);
        string offsets = graph.Add(lines, graph.Reshape(graph.Integers(-1, 0, 1, -1, 0, 1, -1, 0, 1), 1, 9));
        return graph.Loop(Chunks, (body, round) =>
        {
            Pixels pixels = PixelsOf(body, round);
            string y = scale == 1 ? pixels.Y : body.Mul(pixels.Y, body.Integers(scale));
            string x = scale == 1 ? pixels.X : body.Mul(pixels.X, body.Integers(scale));
            string cells = body.Add(body.Unsqueeze(fine.Cell(body, y, x), 1), offsets);
            return [(Own(body, round, body.Gather(grid, cells)), OnnxGraph.Int32)];
        })[0];
    }

    // The first chunk reads row 0 alone, so that its sums are over zeros.
    private static string Own(OnnxGraph body, string round, string rows) => body.Mul(rows, Keep(body, round, OnnxGraph.Int32));

    // Places in the grid with its border.
    private string Cell(OnnxGraph graph, string y, string x)
    {
        string one = graph.Integers(1);
        return graph.Add(graph.Mul(graph.Add(y, one), Stride), graph.Add(x, one));
    }

    private string Grid(OnnxGraph graph)
    {
        if (_grid is null)
        {
            Pixels pixels = Pixels.Of(graph, Indices, Height, Width);
            string empty = graph.Fill(graph.Mul(graph.Add(Height, graph.Integers(2)), Stride), OnnxGraph.Int32);
            string first = graph.Integers(ChunkRows);
            string rows = graph.Cast(graph.Range(first, graph.Add(first, Count)), OnnxGraph.Int32);
            _grid = graph.Scatter(empty, Cell(graph, pixels.Y, pixels.X), rows);
        }

        return _grid;
    }
}
