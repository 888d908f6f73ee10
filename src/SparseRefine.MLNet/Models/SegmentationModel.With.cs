using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <content>The same model with another part.</content>
public sealed partial class SegmentationModel
{
    /// <summary>The same model behind another selector, on the same session and weights.</summary>
    /// <param name="selector">Finds the pixels. A learned one without weights takes those of this model's own.</param>
    /// <returns>A model that the caller disposes; the session lives until the last of both is.</returns>
    /// <exception cref="InvalidInputException">A model without a refiner, or a learned selector without weights where this model has none either.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationModel WithSelector(IPixelSelector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        if (_parts.Refinement is not SparseRefinementTransformer own)
        {
            throw new InvalidInputException(Name, "a model with a refiner for another selector", "one without");
        }

        SparseRefinementTransformer other;
        try
        {
            other = own.WithSelector(selector);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(Name, e);
        }

        Enter();
        return With(_parts.With(part => part == own ? other : part), _options, _sessions, null);
    }

    /// <summary>The same dense model, on the same session, with this refiner behind it instead of what was there.</summary>
    /// <param name="refiner">A refiner for logits of the dense model's classes.</param>
    /// <returns>A model that the caller disposes; the session lives until the last of both is.</returns>
    /// <exception cref="InvalidInputException">A model without a dense model of its own, or a refiner of another number of classes.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationModel WithRefiner(SparseRefiner refiner)
    {
        ArgumentNullException.ThrowIfNull(refiner);
        if (_parts.Dense is not DenseSegmentationTransformer dense)
        {
            throw new InvalidInputException(Name, "a model with a dense model of its own for a refiner", "one without");
        }

        SparseRefinementColumns columns = SparseRefinementColumns.Of(new SparseRefinementTrainer.Options()) with
        {
            Image = dense.ImageColumn,
            Logits = dense.OutputColumn,
        };
        SparseRefinementTransformer behind = new(columns, refiner, Classes, _options.Threads);
        Enter();
        IEnumerable<ITransformer> loader = _parts.Transformers.Take(1).Where(ModelParts.IsPhotoLoader);
        ModelParts parts = new(new TransformerChain<ITransformer>([.. loader, dense, behind]));
        Lazy<string> hash = new(() =>
        {
            using MemoryStream file = new();
            ModelWriter.Save(_context, parts.Chain, _inputSchema, file);
            return Convert.ToHexStringLower(SHA256.HashData(file.GetBuffer().AsSpan(0, (int)file.Length)));
        });
        return With(parts, _options, _sessions, null, hash);
    }

    /// <summary>The same dense model, on the same session, with the refiner that is shipped (<see cref="ShippedRefiner"/>) behind it: nothing needs to be fitted.</summary>
    /// <param name="selector">Finds the pixels to refine; null: <see cref="ShippedRefiner.Selector"/>.</param>
    /// <returns>A model that the caller disposes; the session lives until the last of both is. <see cref="Save"/> writes it as a model file.</returns>
    /// <exception cref="InvalidInputException">A model without a dense model of its own.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationModel WithShippedRefiner(IPixelSelector? selector = null) => WithRefiner(ShippedRefiner.For(CountClasses(), selector));

    /// <summary>The same model on another number of threads, with a session of its own over the same weights of the refiner.</summary>
    /// <param name="threads">Threads of ONNX Runtime and of the refiner; 0 takes all processors.</param>
    /// <returns>A model that the caller disposes, before or after this one.</returns>
    /// <exception cref="ArgumentException">A negative number.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationModel WithThreads(int threads)
    {
        SegmentationModelOptions options = _options with { Threads = threads };
        Enter();
        try
        {
            ModelParts parts = _parts.With(part => part is RowMappingTransformer ours ? ours.WithThreads(threads) : part);
            IDisposable[] opened = [.. parts.Owned.Except(_parts.Owned)];

            // Other people's sessions are shared: what frees them must outlive both models.
            bool isShared = opened.Length < parts.Owned.Count;
            return With(parts, options, new SharedSessions(isShared && _sessions.TryEnter() ? [.. opened, new Lease(_sessions)] : opened), Description);
        }
        finally
        {
            _sessions.Leave();
        }
    }

    // A graph that leaves the number of its classes open tells it when it has run.
    private int CountClasses()
    {
        if (Dense is not DenseModel dense)
        {
            throw new InvalidInputException(Name, "a model with a dense model of its own for a refiner", "one without");
        }

        const int Side = 64;
        Enter();
        try
        {
            return dense.Classes ?? dense.Run(new ImageView(new byte[Side * Side * 3], Side, Side, PixelOrder.Rgb24)).Classes;
        }
        finally
        {
            _sessions.Leave();
        }
    }

    private SegmentationModel With(ModelParts parts, SegmentationModelOptions options, SharedSessions sessions, SavedModelDescription? description, Lazy<string>? hash = null) =>
        new(Name, options, _context, parts, _inputSchema, description, hash ?? _hash, sessions, Classes);
}
