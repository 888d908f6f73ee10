using Microsoft.ML;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

/// <summary>A test of src/BuiltinML itself; skipped where the build took Microsoft.ML from packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BuiltinFactAttribute : FactAttribute
{
    public BuiltinFactAttribute()
    {
        if (typeof(MLContext).Assembly.GetName().Name != "BuiltinML")
        {
            Skip = "Microsoft.ML comes from packages; -p:MLNet=builtin runs this";
        }
    }
}
