using System.Runtime.CompilerServices;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// The leading class of every sample of a map and its lead over the second, found in one pass that also checks the values. One object serves one map
/// after the other and keeps its arrays.
/// </summary>
/// <remarks>
/// Leads prove most pixels of a photo sure without interpolating them. Let class k lead at all samples that a pixel lies between. In exact
/// arithmetic z_k - z_c is, as z itself, a mean of its values at these samples with weights of at least 0, so z_k leads by at least the least
/// lead d there. A computed z is off by at most 10 u M, u = 2^-24 and M the largest magnitude in the map: b - a is off by 2 u M, its product
/// with the weight by 2 u M again where it is not fused, the sum by u M, and that twice, as horizontally and vertically. So computed leads of
/// pixels are off by 20 u M, and two more roundings of differences by 2 u M each. Hence d > m + 32 u M implies that the plain
/// formula finds class k in front by more than m at every such pixel.
/// </remarks>
internal sealed unsafe class LogitLeaders(SimdPath path) : IBlockBody
{
    private const int BlockSamples = 1 << 13;
    private const float Rounding = 32f / (1 << 24); // the 32 u of the remarks

    private LogitMap? _map;
    private byte[] _leaders = [];
    private float[] _leads = [];
    private float[] _magnitudes = [];

    /// <summary>[height, width] of the map: the leading class, ties to the lower. The array may be longer.</summary>
    public byte[] Leaders => _leaders;

    /// <summary>[height, width] of the map: best logit - second best. The array may be longer.</summary>
    public float[] Leads => _leads;

    /// <summary>What a lead must exceed by for rounding not to matter.</summary>
    public float Slack { get; private set; }

    /// <summary>Scans a map.</summary>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public void Find(LogitMap map, Workers workers)
    {
        int samples = map.Height * map.Width;
        int blocks = Workers.BlockCount(samples, BlockSamples);
        Grow.To(ref _leaders, samples);
        Grow.To(ref _leads, samples);
        Grow.To(ref _magnitudes, blocks);
        _map = map;
        workers.For(samples, BlockSamples, this);
        _map = null;
        float largest = 0;
        foreach (float magnitude in _magnitudes.AsSpan(0, blocks))
        {
            // NaN fails both comparisons and stays.
            largest = magnitude <= largest ? largest : magnitude;
        }

        if (!(largest <= LogitSampler.MaxMagnitude))
        {
            LogitSampler.ThrowUnlessFinite(map);
        }

        Slack = largest * Rounding;
    }

    /// <inheritdoc/>
    public void Run(int block, int start, int end)
    {
        fixed (float* map = _map!.Values, leads = _leads)
        fixed (byte* leaders = _leaders)
        {
            var loop = new Loop(map, _map.Classes, _map.Height * _map.Width, start, end, leaders, leads);
            Simd.Run(path, ref loop);
            _magnitudes[block] = loop.Magnitude;
        }
    }

    private struct Loop(float* map, int classes, int samples, int start, int end, byte* leaders, float* leads) : ISimdLoop
    {
        /// <summary>The largest magnitude, NaN where a value is NaN or infinite.</summary>
        public float Magnitude { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            if (samples < TLanes.Count)
            {
                Run<float, Lanes1>();
                return;
            }

            TVector largest = TLanes.Create(0);
            TVector unusable = TLanes.Create(0);
            for (int i = start; i < end; i += TLanes.Count)
            {
                // The last vector begins early enough to end with the map, so some samples are looked at twice.
                int at = Math.Min(i, samples - TLanes.Count);
                float* source = map + at;
                TVector best = TLanes.Load(source);
                TVector worst = best;
                TVector second = TLanes.Create(float.NegativeInfinity);
                TVector leader = TLanes.Create(0);
                unusable = TLanes.MultiplyAdd(best, TLanes.Create(0), unusable);
                for (int c = 1; c < classes; c++)
                {
                    source += samples;
                    TVector z = TLanes.Load(source);
                    leader = TLanes.WhereGreater(z, best, TLanes.Create(c), leader);
                    second = TLanes.Max(second, TLanes.Min(z, best));
                    best = TLanes.Max(best, z);
                    worst = TLanes.Min(worst, z);

                    // z times 0 is 0 for a finite z, otherwise NaN, and a sum that has once become NaN stays NaN.
                    unusable = TLanes.MultiplyAdd(z, TLanes.Create(0), unusable);
                }

                TLanes.StoreBytes(leader, leaders + at);
                TLanes.Store(TLanes.Subtract(best, second), leads + at);
                largest = TLanes.Max(largest, TLanes.Max(best, TLanes.Subtract(TLanes.Create(0), worst)));
            }

            float* lanes = stackalloc float[2 * TLanes.Count];
            TLanes.Store(largest, lanes);
            TLanes.Store(unusable, lanes + TLanes.Count);
            float magnitude = 0;
            float sum = 0;
            for (int i = 0; i < TLanes.Count; i++)
            {
                magnitude = MathF.Max(magnitude, lanes[i]);
                sum += lanes[TLanes.Count + i];
            }

            Magnitude = magnitude + sum;
        }
    }
}
