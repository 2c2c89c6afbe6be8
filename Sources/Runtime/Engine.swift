import CJavaScriptCore
import Models
