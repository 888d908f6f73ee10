using System.Security.Cryptography;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Cluster;

/// <summary>The model of a plan: a file of this machine, or a temporary copy of an object.</summary>
internal sealed class PlanModel : IDisposable
{
    private readonly string _name;
    private readonly bool _isCopy;

    private PlanModel(string name, string file, bool isCopy, string hash) => (_name, File, _isCopy, Hash) = (name, file, isCopy, hash);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>SHA-256 of its bytes, lower-case hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Fetches the model, and loads it once to see that it is one.</summary>
    /// <param name="options">The plan.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">No such model, or a bad one.</exception>
    public static async Task<PlanModel> OpenAsync(PlanOptions options, CancellationToken cancellation)
    {
        bool isCopy = StoreAddress.IsAddress(options.Model);
        string file = isCopy ? Path.GetTempFileName() : options.Model;
        try
        {
            if (isCopy)
            {
                await CopyAsync(options, file, cancellation).ConfigureAwait(false);
            }

            using SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { Threads = 1 });
            return new PlanModel(options.Model, file, isCopy, model.Hash);
        }
        catch (Exception e)
        {
            if (isCopy)
            {
                System.IO.File.Delete(file);
                if (InvalidInputException.Find(e) is InvalidInputException bad)
                {
                    throw new InvalidInputException(bad.InputSource.Replace(file, options.Model, StringComparison.Ordinal), bad.Expected, bad.Got, e);
                }
            }

            throw;
        }
    }

    /// <summary>Puts the model into the job's store, unless it is there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">The file was changed meanwhile.</exception>
    public async Task PutAsync(ObjectStore store, CancellationToken cancellation)
    {
        FileStream content = System.IO.File.OpenRead(File);
        await using (content.ConfigureAwait(false))
        {
            string now = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation).ConfigureAwait(false));
            if (now != Hash)
            {
                throw new InvalidInputException(_name, $"the model that was loaded, {Hash}", now);
            }

            content.Position = 0;
            await store.PutAsync(JobKeys.Model(Hash), content, replace: false, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isCopy)
        {
            System.IO.File.Delete(File);
        }
    }

    private static async Task CopyAsync(PlanOptions options, string file, CancellationToken cancellation)
    {
        StoreAddress address = StoreAddress.Parse(options.Model);
        if (options.OpenStore is null)
        {
            throw new InvalidInputException(options.Model, "a file, as this program opens no stores (PlanOptions.OpenStore)", "an address");
        }

        await using ObjectStore store = options.OpenStore(StoreAddress.Parse(address.Container));
        try
        {
            await using Stream content = await store.OpenAsync(address.Prefix, cancellation).ConfigureAwait(false);
            await using FileStream copy = System.IO.File.Create(file);
            await content.CopyToAsync(copy, cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(options.Model, "a fitted pipeline", "nothing", e);
        }
    }
}
