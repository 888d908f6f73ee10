using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Selectors;

namespace SparseRefine.Training;

/// <summary>
/// Answers of a refiner on the validation photos, of every ensembler in one pass: the dense model and the sparse network run once a photo. Not thread-safe.
/// </summary>
/// <param name="classes">Number of classes.</param>
/// <param name="ignoreIndex">Label that does not count.</param>
internal sealed class RefinerValidation(int classes, byte ignoreIndex)
{
    private readonly List<RefinementEvaluation> _byDense = [new(classes)];
    private readonly SortedDictionary<EnsemblerKind, List<ClassCounts>> _counts = [];
    private readonly SortedDictionary<EnsemblerKind, ConfusionMatrix> _full = [];

    /// <summary>One evaluation for each dense model; one of nothing where there is no photo.</summary>
    public IReadOnlyList<RefinementEvaluation> ByDense => _byDense;

    /// <summary>The scores of the ensemblers that answered, the dense one's first.</summary>
    public IReadOnlyList<EnsemblerScore> Ensemblers =>
        [.. _full.Select(pair => Score(pair.Key, pair.Value))];

    /// <summary>Counts one photo behind one dense model.</summary>
    /// <param name="photo">Number of the photo, from 0.</param>
    /// <param name="dense">Number of the dense model, from 0.</param>
    /// <param name="truth">True labels.</param>
    /// <param name="selection">Selected pixels and dense labels.</param>
    /// <param name="refined">The sparse network's labels of the selected pixels; null: the dense ones, before training.</param>
    /// <param name="answers">Labels of the selected pixels with each ensembler that may be kept.</param>
    public void Add(
        int photo, int dense, LabelMap truth, PixelSelection selection, byte[]? refined, params IReadOnlyList<(EnsemblerKind Kind, byte[] Labels)> answers)
    {
        byte[] sparse = refined ?? ConfusionMatrix.Pick(selection.DenseLabels.Labels, selection.Sites);
        byte[] ensembled = answers.FirstOrDefault(answer => answer.Kind == EnsemblerKind.Gate).Labels ?? sparse;
        var one = new RefinementEvaluation(classes);
        one.Add(truth, selection, sparse, ensembled, ignoreIndex);
        while (_byDense.Count <= dense)
        {
            _byDense.Add(new(classes));
        }

        _byDense[dense].Merge(one);
        Count(EnsemblerKind.Dense, one.Initial.Full);
        foreach ((EnsemblerKind kind, byte[] labels) in answers)
        {
            Count(kind, one.FullWith(truth, selection.Sites, labels, ignoreIndex));
        }

        void Count(EnsemblerKind kind, ConfusionMatrix full)
        {
            if (!_full.TryGetValue(kind, out ConfusionMatrix? sum))
            {
                _full.Add(kind, sum = new ConfusionMatrix(classes));
                _counts.Add(kind, []);
            }

            sum.Merge(full);
            List<ClassCounts> photos = _counts[kind];
            if (photo == photos.Count)
            {
                photos.Add(new ClassCounts(classes));
            }

            photos[photo].Add(full);
        }
    }

    private EnsemblerScore Score(EnsemblerKind kind, ConfusionMatrix full)
    {
        IReadOnlyList<ClassCounts> own = _counts[kind];
        IReadOnlyList<ClassCounts> dense = _counts[EnsemblerKind.Dense];
        double gain = full.MeanIoU - _full[EnsemblerKind.Dense].MeanIoU;
        return new EnsemblerScore(kind, full, gain, kind == EnsemblerKind.Dense ? 0 : Error(own, dense));
    }

    // The jackknife: variance (n - 1)/n sum (g_i - mean g)^2 of the gains g_i without photo i. A photo without a label says nothing.
    private double Error(IReadOnlyList<ClassCounts> own, IReadOnlyList<ClassCounts> dense)
    {
        ClassCounts ownSum = ClassCounts.Sum(own, classes);
        ClassCounts denseSum = ClassCounts.Sum(dense, classes);
        double[] gains = [.. Enumerable.Range(0, own.Count)
            .Select(photo => ownSum.MeanIoUWithout(own[photo]) - denseSum.MeanIoUWithout(dense[photo]))
            .Where(double.IsFinite)];
        if (gains.Length < 2)
        {
            return 0;
        }

        double mean = gains.Average();
        return Math.Sqrt((gains.Length - 1.0) / gains.Length * gains.Sum(gain => (gain - mean) * (gain - mean)));
    }

    /// <summary>Of each class the right, the true and the predicted pixels: all that its IoU needs.</summary>
    private sealed class ClassCounts(int classes)
    {
        private readonly long[] _right = new long[classes];
        private readonly long[] _true = new long[classes];
        private readonly long[] _predicted = new long[classes];

        public static ClassCounts Sum(IReadOnlyList<ClassCounts> parts, int classes)
        {
            var sum = new ClassCounts(classes);
            foreach (ClassCounts part in parts)
            {
                for (int c = 0; c < classes; c++)
                {
                    sum._right[c] += part._right[c];
                    sum._true[c] += part._true[c];
                    sum._predicted[c] += part._predicted[c];
                }
            }

            return sum;
        }

        public void Add(ConfusionMatrix matrix)
        {
            for (int truth = 0; truth < _true.Length; truth++)
            {
                _right[truth] += matrix[truth, truth];
                for (int predicted = 0; predicted < _true.Length; predicted++)
                {
                    _true[truth] += matrix[truth, predicted];
                    _predicted[predicted] += matrix[truth, predicted];
                }
            }
        }

        /// <summary>Mean over the classes that the truth still holds; NaN where it holds none.</summary>
        public double MeanIoUWithout(ClassCounts part)
        {
            double sum = 0;
            int count = 0;
            for (int c = 0; c < _true.Length; c++)
            {
                long truth = _true[c] - part._true[c];
                long right = _right[c] - part._right[c];
                if (truth > 0)
                {
                    sum += (double)right / (truth + _predicted[c] - part._predicted[c] - right);
                    count++;
                }
            }

            return sum / count;
        }
    }
}
