using SparseRefine.Sites;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>
/// 3x3 layers by their definition in double precision over index grids; uses no kernel map. Output site o and input site j
/// are connected through tap (ky, kx) if j = o * stride + (ky, kx) - 1.
/// </summary>
internal sealed class Oracle
{
    private readonly SiteSet _outputs;
    private readonly SiteSet _inputs;
    private readonly int _stride;
    private readonly int[] _outputGrid;
    private readonly int[] _inputGrid;

    /// <param name="outputs">The coarse sites where the stride is 2.</param>
    /// <param name="inputs">The fine sites where the stride is 2.</param>
    /// <param name="stride">1 or 2.</param>
    public Oracle(SiteSet outputs, SiteSet inputs, int stride)
    {
        _outputs = outputs;
        _inputs = inputs;
        _stride = stride;
        _outputGrid = Grid(outputs);
        _inputGrid = Grid(inputs);
    }

    /// <summary>Connected pairs of sites.</summary>
    public long Pairs() => Enumerable.Range(0, _outputs.Count).Sum(o => (long)InputsOf(o).Count());

    /// <summary>y[o] = sum of x[j] W[tap] for one o.</summary>
    public double[] Forward(int o, float[] x, float[] w, int inputs, int outputs) => Sum(InputsOf(o), x, w, inputs, outputs);

    /// <summary>The transposed layer: y[j] = sum of x[o] W[tap] for one j.</summary>
    public double[] Transposed(int j, float[] x, float[] w, int inputs, int outputs) => Sum(OutputsOf(j), x, w, inputs, outputs);

    /// <summary>dx[j] = sum of g[o] W[tap]^T of the forward layer for one j.</summary>
    public double[] InputGradient(int j, float[] g, float[] w, int inputs, int outputs)
    {
        double[] sum = new double[inputs];
        foreach ((int o, int tap) in OutputsOf(j))
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int k = 0; k < outputs; k++)
                {
                    sum[i] += (double)g[(o * outputs) + k] * w[(((tap * inputs) + i) * outputs) + k];
                }
            }
        }

        return sum;
    }

    /// <summary>dW[tap, i, :] = sum of x[j, i] g[o] over all pairs of a tap, for one tap and input channel.</summary>
    public double[] WeightGradient(int tap, int input, float[] x, float[] g, int inputs, int outputs)
    {
        double[] sum = new double[outputs];
        for (int o = 0; o < _outputs.Count; o++)
        {
            foreach ((int j, int at) in InputsOf(o))
            {
                for (int k = 0; at == tap && k < outputs; k++)
                {
                    sum[k] += (double)x[(j * inputs) + input] * g[(o * outputs) + k];
                }
            }
        }

        return sum;
    }

    private static double[] Sum(IEnumerable<(int Row, int Tap)> pairs, float[] x, float[] w, int inputs, int outputs)
    {
        double[] sum = new double[outputs];
        foreach ((int row, int tap) in pairs)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int k = 0; k < outputs; k++)
                {
                    sum[k] += (double)x[(row * inputs) + i] * w[(((tap * inputs) + i) * outputs) + k];
                }
            }
        }

        return sum;
    }

    private IEnumerable<(int Row, int Tap)> InputsOf(int o)
    {
        (int y, int x) = Math.DivRem(_outputs.Indices[o], _outputs.Width);
        for (int tap = 0; tap < 9; tap++)
        {
            int row = At(_inputGrid, _inputs, (y * _stride) + (tap / 3) - 1, (x * _stride) + (tap % 3) - 1);
            if (row >= 0)
            {
                yield return (row, tap);
            }
        }
    }

    private IEnumerable<(int Row, int Tap)> OutputsOf(int j)
    {
        (int y, int x) = Math.DivRem(_inputs.Indices[j], _inputs.Width);
        for (int tap = 0; tap < 9; tap++)
        {
            int yy = y - (tap / 3) + 1;
            int xx = x - (tap % 3) + 1;
            if (yy % _stride == 0 && xx % _stride == 0 && At(_outputGrid, _outputs, yy / _stride, xx / _stride) is >= 0 and int row)
            {
                yield return (row, tap);
            }
        }
    }

    private static int At(int[] grid, SiteSet sites, int y, int x) =>
        (uint)y < (uint)sites.Height && (uint)x < (uint)sites.Width ? grid[(y * sites.Width) + x] : -1;

    private static int[] Grid(SiteSet sites)
    {
        int[] grid = new int[sites.Height * sites.Width];
        Array.Fill(grid, -1);
        for (int i = 0; i < sites.Count; i++)
        {
            grid[sites.Indices[i]] = i;
        }

        return grid;
    }
}
