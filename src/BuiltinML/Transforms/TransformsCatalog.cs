using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where transforms are found, as extension methods.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog(IHostEnvironment environment)
    {
        Environment = environment;
    }

    internal IHostEnvironment Environment { get; }
}
