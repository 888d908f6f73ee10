using System.Numerics;
using System.Runtime.CompilerServices;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <content>Loops over pixels.</content>
internal sealed unsafe partial class LogitScan
{
    private const int Lanes = ClassRows.Lanes;
    private const double GoldenRatio = 0.6180339887498949;

    // An entropy that at least this share of the pixels is likely to exceed, estimated from 64 rows of 32 tiles; -1, which all exceed, where the share
    // or the photo is such that a sample would take longer than it saves.
    private float SampledEntropy(double share)
    {
        const int SampledRows = 64;
        const int TilesOfRow = 32;
        share = (share * 1.25) + 0.005;
        if (share > 0.7 || _sampler!.Height < 2 * SampledRows || Tiles < 2 * TilesOfRow)
        {
            return -1;
        }

        Grow.To(ref _candidates, SampledRows * TilesOfRow * Lanes);
        fixed (float* map = _sampler.Map.Values, target = _candidates)
        {
            var loop = new SampleLoop(_sampler, map, SampledRows, TilesOfRow, Tiles, target);
            Simd.Run(_path, ref loop);
        }

        Span<float> sample = _candidates.AsSpan(0, SampledRows * TilesOfRow * Lanes);
        return MathF.BitDecrement(TopScores.Limit(sample, (int)(share * sample.Length)));
    }

    private readonly struct SampleLoop(LogitSampler sampler, float* map, int rows, int tilesOfRow, int tiles, float* target) : ISimdLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int classes = sampler.Map.Classes;
            float* buffer = stackalloc float[(3 * classes * Lanes) + ClassRows.AlignmentSlack];
            float* scratch = ClassRows.Align(buffer);
            float* columns = scratch + (2 * classes * Lanes);
            int* sites = stackalloc int[Lanes];
            float* output = target;
            using LogitRows mapRows = new(sampler.Map, map);
            for (int r = 0; r < rows; r++)
            {
                // Sampled rows are shifted by multiples of the golden ratio: equally spaced ones could all lie equally far from the map's rows, where
                // pixels are surer, or less sure, than elsewhere.
                double phase = r * GoldenRatio;
                int y = (int)((r + phase - Math.Floor(phase)) * sampler.Height / rows);
                for (int t = 0; t < tilesOfRow; t++)
                {
                    // Tiles of successive rows lie at other columns. The last tile of the photo may be cut, so it is left out.
                    int x = (int)((((2L * t) + (r & 1)) * (tiles - 1)) / (2 * tilesOfRow)) * Lanes;
                    for (int i = 0; i < Lanes; i++)
                    {
                        sites[i] = (y * sampler.Width) + x + i;
                    }

                    LogitTile.Gather<TVector, TLanes>(sampler, mapRows, sites, Lanes, columns, Lanes, scratch);
                    for (int v = 0; v < Lanes; v += TLanes.Count)
                    {
                        TVector best = ClassRows.Max<TVector, TLanes>(columns + v, classes, Lanes);
                        TLanes.Store(EntropyScore.Of<TVector, TLanes>(columns + v, best, scratch, classes), output);
                        output += TLanes.Count;
                    }
                }
            }
        }
    }

    private sealed class ListPass(LogitScan scan) : IBlockBody
    {
        private bool _keepScores;

        public void Run(bool keepScores, Workers workers)
        {
            _keepScores = keepScores;
            workers.For(scan._sampler!.Height, BlockRows, this);
        }

        public void Run(int block, int start, int end)
        {
            int words = scan.Words;
            long stride = scan.Tiles * Lanes;
            fixed (int* indices = scan._indices)
            fixed (ulong* bits = scan._bits)
            fixed (float* scores = scan._scores, candidates = scan._candidates)
            {
                for (int y = start; y < end; y++)
                {
                    int at = scan._rowStarts[y];
                    for (int w = 0; w < words; w++)
                    {
                        int first = (y * scan._sampler!.Width) + (w * 64);
                        float* source = scores + (y * stride) + (w * 64);
                        for (ulong left = bits[((long)y * words) + w]; left != 0; left &= left - 1)
                        {
                            int x = BitOperations.TrailingZeroCount(left);
                            indices[at] = first + x;
                            if (_keepScores)
                            {
                                candidates[at] = source[x];
                            }

                            at++;
                        }
                    }
                }
            }
        }
    }

    private sealed class PixelPass<TScore>(LogitScan scan) : IBlockBody
        where TScore : struct, IPixelScore
    {
        private float _cutoff;
        private float _threshold;
        private bool _keepScores;

        public void Run(float cutoff, float threshold, bool keepScores, Workers workers)
        {
            _cutoff = cutoff;
            _threshold = threshold;
            _keepScores = keepScores;
            workers.For(scan._sampler!.Height, BlockRows, this);
        }

        public void Run(int block, int start, int end)
        {
            fixed (float* map = scan._sampler!.Map.Values, scores = scan._scores, leads = scan._leaders.Leads)
            fixed (byte* labels = scan._labels, leaders = scan._leaders.Leaders)
            fixed (ulong* bits = scan._bits)
            fixed (int* counts = scan._rowStarts)
            {
                var loop = new PixelLoop<TScore>(new PixelRows
                {
                    Sampler = scan._sampler,
                    Map = map,
                    Leaders = leaders,
                    Leads = leads,
                    SureLead = MathF.Max(_cutoff, 0) + scan._leaders.Slack,
                    Cutoff = _cutoff,
                    Threshold = _threshold,
                    Labels = labels,
                    Scores = _keepScores ? scores : null,
                    Bits = bits,
                    Counts = counts,
                    Start = start,
                    End = end,
                });
                Simd.Run(scan._path, ref loop);
            }
        }
    }
}
