import Models
import Runtime
